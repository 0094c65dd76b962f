// 予備のコード: copy them or print the page; without scripts one selects them or writes them down.

const place = document.querySelector("[data-codes]");
if (place) {
  const codes = [...document.querySelectorAll(`#${place.dataset.codes} code`)].map((one) => one.textContent.trim());
  const list = codes.map((code, at) => `${at + 1}. ${code}`).join("\n");
  place.hidden = false;
  place.querySelector("[data-do=print]").addEventListener("click", () => print());
  place.querySelector("[data-do=copy]").addEventListener("click", async () => {
    const outcome = await navigator.clipboard.writeText(list).then(
      () => "codes-copied",
      () => "codes-not-copied",
    );
    place.querySelector(".result").replaceChildren(document.getElementById(outcome).content.cloneNode(true));
  });
}
