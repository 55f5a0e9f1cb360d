/** What the names of pictures end with; in a file of its own, so that `--help` loads no library that draws. */
export const PICTURE_ENDINGS: readonly string[] = [".png", ".svg"];
