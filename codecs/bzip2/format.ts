/** Numbers that writer and reader of a bzip2 block share. */

/** Symbols that follow one another with the same Huffman code. */
export const GROUP_SYMBOLS = 50;
export const CODES_MIN = 2;
export const CODES_MAX = 6;
/** A reader takes codes of so many bits. */
export const CODE_BITS_MAX = 20;
/** The digits 1 and 2 of the number of zeros in a run, lowest first. */
export const RUN_A = 0;
export const RUN_B = 1;
/** Equal bytes after which the next byte says how many more follow. */
export const RUN_LENGTH = 4;
