/** The page that the browser tests drive: the whole package as a global. */
import * as browserEntry from "../../../src/browser.ts";

declare global {
  var quarry: typeof browserEntry;
}

globalThis.quarry = browserEntry;
