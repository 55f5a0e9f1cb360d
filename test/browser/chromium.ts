/** A headless Chromium for the tests of one file, and pages in it. */
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { findChromium, howToGetChromium } from "../../scripts/setup/chromium.mjs";

/** Nothing that the browser would do of its own accord: look for updates, report home, warm up a GPU. */
const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Browser;

/** Starts the browser before the tests of this file. */
export function useChromium(): void {
  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(howToGetChromium);
    // Containers let their root do without the sandbox, and have no other user. The profile is a fresh one.
    browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: QUIET });
  });
  afterAll(() => browser?.close());
}

/** The page at `url`, loaded; whatever goes wrong in it unseen is collected in `problems`. */
export async function openPage(url: string): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
