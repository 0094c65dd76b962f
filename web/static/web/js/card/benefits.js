// What this venue gives to a verified card, from the bundle's benefits: the rules of
// disability_card/benefits.py for the time without a network.

function share(price, usual) {
  if (price.kind === "free") return 0;
  if (price.kind === "percent_off") return 1 - price.percent_off / 100;
  if (price.kind === "price") return usual ? price.yen / usual : 0.5;
  return 1;
}

/** A 4級の1 (4-1) is a 4級. */
const covers = (grades = [], grade = "") => grades.includes(grade) || grades.includes(grade.split("-")[0]);

function applies({ who: { handbooks } }, { handbook, grade }) {
  return !Object.keys(handbooks).length || covers(handbooks[handbook], grade);
}

/** What is not shown yet could still decide for the holder. */
function mayApply({ who: { handbooks } }, { handbook, grade }) {
  if (handbook !== undefined) return grade === undefined && handbook in handbooks;
  return Object.values(handbooks).some((grades) => grade === undefined || covers(grades, grade));
}

const inLanguage = (texts, language) => texts?.[language] || texts?.ja || "";

/**
 * The same answer as the API's: {outcome, benefit_id, title, text, usual_yen, holder, caregivers, caregiver}.
 * @param {object} verdict @param {object[]} benefits @param {{day: string, language: string}} where
 */
export function answerFor(verdict, benefits, { day, language }) {
  const details = verdict.details ?? {};
  const open = benefits.filter(
    (one) =>
      one.who.classes.includes(verdict.discount_class)
      && (!one.valid_from || one.valid_from <= day)
      && (!one.valid_until || day <= one.valid_until),
  );
  const caregivers = (one) => Math.min(one.caregiver.count, verdict.caregivers);
  const [best] = open
    .filter((one) => applies(one, details))
    .sort(
      (one, other) =>
        share(one.holder, one.usual_yen) - share(other.holder, other.usual_yen) || caregivers(other) - caregivers(one),
    );
  if (!best) {
    const isAsking = open.some((one) => mayApply(one, details));
    return { outcome: isAsking ? "needs-details" : "no-benefit" };
  }
  const { count: _most, ...priceOfCaregiver } = best.caregiver;
  return {
    outcome: "discount",
    benefit_id: best.id,
    title: inLanguage(best.title, language),
    text: inLanguage(best.text, language),
    usual_yen: best.usual_yen,
    holder: best.holder,
    caregivers: caregivers(best),
    caregiver: caregivers(best) ? priceOfCaregiver : null,
  };
}
