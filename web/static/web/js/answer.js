// The answer on the front desk's screen: a template of the page, filled with this venue's words.

import { clockText } from "./clock.js";
import { word as wordOf } from "./words.js";

const refusals = JSON.parse(document.getElementById("refusals").textContent);
const word = (name, values) => wordOf("words", name, values);

function priceText(price) {
  if (price.yen === 0 || price.kind === "free") return word("free");
  if (price.yen !== null && price.yen !== undefined) return yenText(price.yen);
  if (price.kind === "percent_off") return word("percent_off", { percent: price.percent_off });
  return word("none");
}

const yenText = (yen) => word("yen", { number: yen.toLocaleString("ja-JP") });

/** Ruby is for eyes on a page of text; a price line in a hurry goes without: {漢字|かんじ} -> 漢字 */
const plain = (text) => (text ?? "").replace(/\{([^|{}]+)\|[^|{}]+\}/g, "$1");

function templateName(result) {
  if (result.outcome === "refused") return refusals[result.code]?.kind ?? "refused";
  return result.answer?.outcome ?? "no-benefit";
}

function slotsOf(result, { now, isOffline }) {
  const answer = result.answer ?? {};
  const listTime = result.as_of ? clockText(new Date(result.as_of), { seconds: false }) : "";
  const slots = {
    time: clockText(now),
    "list-time": listTime,
    "refusal-title": plain(result.title ?? refusals[result.code]?.title),
    "next-step": plain(result.next_step ?? refusals[result.code]?.next_step),
    name: result.name_to_check?.name,
    "birth-year": result.name_to_check ? word("born", { year: result.name_to_check.birth_year }) : "",
    title: plain(answer.title),
    text: plain(answer.text),
    caregivers: answer.caregivers,
    usual: answer.usual_yen ? yenText(answer.usual_yen) : "",
    holder: answer.holder ? priceText(answer.holder) : "",
    caregiver: answer.caregiver ? priceText(answer.caregiver) : "",
  };
  const isGood = result.outcome === "accepted";
  const shown = {
    caregivers: answer.caregivers > 0,
    alone: !(answer.caregivers > 0),
    usual: Boolean(answer.usual_yen),
    paper: result.medium === "paper" && isGood,
    guardian: result.presenter === "guardian",
    offline: isOffline,
    list: Boolean(listTime),
    good: isGood,
    bad: !isGood,
  };
  return { slots, shown };
}

/** 250円 is read from afar by its figures. */
function makeUnitSmall(price) {
  const [, ...parts] = /^(¥?)([\d,]+)(円?)$/.exec(price.textContent) ?? [];
  if (!parts.length) return;
  price.replaceChildren(...parts.filter(Boolean).map((part) => {
    if (/\d/.test(part)) return part;
    const unit = document.createElement("small");
    unit.textContent = part;
    return unit;
  }));
}

/**
 * Fill and show the answer; it takes the focus.
 * @param {HTMLElement} place
 */
export function showAnswer(place, result, { now, isOffline, onNext, onOther }) {
  const parts = [templateName(result) === "discount" ? "discount" : templateName(result), "foot"];
  const nodes = parts.map((name) => document.getElementById(`answer-${name}`).content.cloneNode(true));
  place.replaceChildren(...nodes);
  const { slots, shown } = slotsOf(result, { now, isOffline });
  for (const slot of place.querySelectorAll("[data-slot]")) slot.textContent = slots[slot.dataset.slot] ?? "";
  for (const price of place.querySelectorAll(".price")) makeUnitSmall(price);
  for (const part of place.querySelectorAll("[data-show]")) if (!shown[part.dataset.show]) part.remove();
  for (const part of place.querySelectorAll("p[data-slot]:empty")) part.remove();
  place.querySelector("[data-next]").addEventListener("click", onNext);
  place.querySelector("[data-other]")?.addEventListener("click", onOther);
  place.hidden = false;
  place.querySelector("h1").focus();
  scrollTo(0, 0);
  playTone(result.outcome === "accepted");
}

let audio;
/** A high tone for yes, a low one for no: a shape for the ear. */
function playTone(isGood) {
  try {
    audio ??= new AudioContext();
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.frequency.value = isGood ? 1_320 : 220;
    gain.gain.setValueAtTime(0.15, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start();
    oscillator.stop(audio.currentTime + 0.35);
  } catch {
    // A device without sound still shows the answer.
  }
}
