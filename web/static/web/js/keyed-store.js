// What coupons keep on this device: forms that were sent and not answered, and the list last seen.

const DATABASE = "kaiteki-coupons";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("sent", { keyPath: "key" });
      request.result.createObjectStore("lists");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(store, mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      // strict: on the disk before we go on, so that a dead battery loses no key
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @param {{key: string, action: string, body: string, at: number}} form */
export const keep = (form) => run("sent", "readwrite", (store) => store.put(form));
export const forget = (key) => run("sent", "readwrite", (store) => store.delete(key));
export const unanswered = () => run("sent", "readonly", (store) => store.getAll());

export const keepList = (list) => run("lists", "readwrite", (store) => store.put(list, "wallet"));
export const keptList = () => run("lists", "readonly", (store) => store.get("wallet"));
