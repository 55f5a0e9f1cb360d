/**
 * The part of Python's literals that headers of `.npy` files are written in: strings, whole numbers, True, False and
 * None, tuples, lists and dictionaries. Nothing is ever evaluated; whatever else is there is an error with its place.
 *
 * Tuples and lists both become arrays: no header depends on which of them it has.
 */
export type PythonLiteral = string | number | boolean | null | PythonLiteral[] | Map<string, PythonLiteral>;

/** Literals in literals, at most: the parser recurses. */
const NESTING_MAX = 64;

/** @throws SyntaxError that says at which character of `text` there is what no literal has there */
export function parsePythonLiteral(text: string): PythonLiteral {
  return new LiteralParser(text).whole();
}

/** What a backslash and this character stand for. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** Hexadecimal digits behind `\x`, `\u` and `\U`. */
const CODE_POINT_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** `L` is how Python 2 wrote what did not fit a C long. */
const NUMBER = /[+-]?\d+L?/y;
const WORD = /[A-Za-z_]\w*/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["True", true],
  ["False", false],
  ["None", null],
]);

class LiteralParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): PythonLiteral {
    const literal = this.#literal();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#unexpected("nothing more");
    return literal;
  }

  #literal(): PythonLiteral {
    this.#skipBlanks();
    const character = this.#text[this.#at];
    switch (character) {
      case "(":
        return this.#parenthesis();
      case "[":
        return this.#nested(() => this.#items("]").items);
      case "{":
        return this.#nested(() => this.#dictionary());
      case "'":
      case '"':
        return this.#string(character);
      case "u":
        // Python 2 marked strings of Unicode so.
        if (/['"]/.test(this.#text[this.#at + 1] ?? "")) {
          this.#at += 1;
          return this.#string(this.#text[this.#at]!);
        }
    }
    return this.#number() ?? this.#word();
  }

  #nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) throw this.#unexpected(`at most ${NESTING_MAX} brackets in one another`);
    this.#at += 1;
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }

  /** `(1)` is 1, `(1,)` is a tuple. */
  #parenthesis(): PythonLiteral {
    return this.#nested(() => {
      const { items, hasComma } = this.#items(")");
      return items.length === 1 && !hasComma ? items[0]! : items;
    });
  }

  #items(end: string): { readonly items: PythonLiteral[]; readonly hasComma: boolean } {
    const items: PythonLiteral[] = [];
    let hasComma = false;
    while (!this.#skip(end)) {
      if (items.length > 0 && !hasComma) throw this.#unexpected(`"," or "${end}"`);
      items.push(this.#literal());
      hasComma = this.#skip(",");
    }
    return { items, hasComma };
  }

  #dictionary(): Map<string, PythonLiteral> {
    const entries = new Map<string, PythonLiteral>();
    let hasComma = true;
    while (!this.#skip("}")) {
      if (!hasComma) throw this.#unexpected('"," or "}"');
      const key = this.#literal();
      if (typeof key !== "string") throw this.#unexpected("a string as the key before it");
      if (entries.has(key)) throw this.#unexpected(`no second ${JSON.stringify(key)} before it`);
      if (!this.#skip(":")) throw this.#unexpected('":"');
      entries.set(key, this.#literal());
      hasComma = this.#skip(",");
    }
    return entries;
  }

  #string(quote: string): string {
    let content = "";
    for (this.#at += 1; this.#text[this.#at] !== quote; ) {
      const character = this.#text[this.#at];
      if (character === undefined || character === "\n") throw this.#unexpected(`the string's end, ${quote}`);
      this.#at += 1;
      content += character === "\\" ? this.#escaped() : character;
    }
    this.#at += 1;
    return content;
  }

  #escaped(): string {
    const letter = this.#text[this.#at] ?? "";
    const digits = Object.hasOwn(CODE_POINT_DIGITS, letter) ? CODE_POINT_DIGITS[letter] : undefined;
    if (digits === undefined) {
      if (!Object.hasOwn(ESCAPES, letter)) throw this.#unexpected("an escape that Python's repr() writes");
      this.#at += 1;
      return ESCAPES[letter]!;
    }
    const hex = this.#text.slice(this.#at + 1, this.#at + 1 + digits);
    const codePoint =
      /^[\da-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : Infinity;
    if (codePoint > 0x10ffff) throw this.#unexpected(`${digits} hexadecimal digits of a code point`);
    this.#at += 1 + digits;
    return String.fromCodePoint(codePoint);
  }

  #number(): number | undefined {
    const digits = this.#match(NUMBER);
    if (digits === undefined) return undefined;
    const number = Number(digits.replace("L", ""));
    if (Number.isSafeInteger(number)) return number;
    throw this.#unexpected("a number below 2^53 before it");
  }

  #word(): boolean | null {
    const begin = this.#at;
    const value = WORDS.get(this.#match(WORD) ?? "");
    if (value !== undefined) return value;
    this.#at = begin;
    throw this.#unexpected("a literal");
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    this.#at += match?.length ?? 0;
    return match;
  }

  #skip(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    while (" \t\n\r".includes(this.#text[this.#at] ?? "x")) this.#at += 1;
  }

  #unexpected(expected: string): SyntaxError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    const there = found === "" ? "it ends" : `there is ${JSON.stringify(found)}`;
    return new SyntaxError(`at character ${this.#at} ${there}, and not ${expected}`);
  }
}
