// The Chromium that the browser tests drive. It is the machine's: npm packages that bring one along download it by
// install scripts, which are off here.
import { existsSync } from "node:fs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Its executable: `$CHROMIUM` if set, else the first that is in one of the usual places. */
export function findChromium() {
  const chosen = process.env.CHROMIUM;
  return chosen ? chosen : PLACES.find((place) => existsSync(place));
}

export const howToGetChromium =
  "the browser tests need Chromium: apt-get install chromium (macOS: brew install --cask chromium), or name the " +
  "executable of a Chrome or Chromium in the environment variable CHROMIUM";
