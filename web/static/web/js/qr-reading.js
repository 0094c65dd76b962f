// Read QR codes from a camera, a picture or a shared screen, with zxing's WebAssembly from our host.

import { prepareZXingModule, readBarcodes } from "/static/vendor/zxing-wasm/es/reader/index.js";

prepareZXingModule({
  overrides: { locateFile: () => "/static/vendor/zxing-wasm/reader/zxing_reader.wasm" },
  fireImmediately: true,
});

const FILES = ["es/reader/index.js", "es/share.js", "reader/zxing_reader.wasm"];

/** Keep the reader on this device, so that it reads with the network off (see sw.js). */
export async function keepReader() {
  const kept = await caches.open("scanner");
  await kept.addAll(FILES.map((name) => `/static/vendor/zxing-wasm/${name}`));
}

const OPTIONS = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };

/** The text of the QR code in the picture, or null. */
export async function readPicture(picture) {
  const found = await readBarcodes(picture, OPTIONS);
  return found.find((one) => one.isValid)?.text ?? null;
}

/** Reads frame after frame until stopped; calls onText with each text it sees. */
export class FilmReader {
  #video;
  #stream = null;
  #canvas = document.createElement("canvas");
  #isRunning = false;

  constructor(video) {
    this.#video = video;
  }

  /** @param {MediaStream} stream */
  async start(stream, onText) {
    this.#stream = stream;
    this.#video.srcObject = stream;
    await this.#video.play();
    this.#isRunning = true;
    this.#loop(onText);
  }

  async #loop(onText) {
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    while (this.#isRunning) {
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (width && height) {
        this.#canvas.width = width;
        this.#canvas.height = height;
        context.drawImage(this.#video, 0, 0, width, height);
        const text = await readPicture(context.getImageData(0, 0, width, height));
        if (text && this.#isRunning) onText(text);
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }

  stop() {
    this.#isRunning = false;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }
}
