// Clock times in Japan, whatever the device's zone: 8:39:02.

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Tokyo", hour: "numeric", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/** @param {Date} instant */
export function clockText(instant, { seconds = true } = {}) {
  const parts = PARTS.formatToParts(instant);
  const part = (type) => Number(parts.find((one) => one.type === type).value);
  const two = (number) => String(number).padStart(2, "0");
  const text = `${part("hour")}:${two(part("minute"))}`;
  return seconds ? `${text}:${two(part("second"))}` : text;
}
