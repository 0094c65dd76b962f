// A database of this browser: opened for one transaction, and closed after it.

/** @param {(database: IDBDatabase) => void} upgrade makes the stores, once */
export function openDatabase(name, upgrade) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * What runs `work` in one transaction and gives the result of the request that it returns.
 * `work` may write why it aborts into `transaction.refusal`.
 */
export const databaseOf = (name, upgrade) => async (stores, mode, work, options) => {
  const database = await openDatabase(name, upgrade);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(stores, mode, options);
      const request = work(transaction);
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.refusal ?? transaction.error);
    });
  } finally {
    database.close();
  }
};
