/** The page `spec/conformance.md`: what each implementation was seen to do. */

export const SUBJECTS = ["Quarry", "zarr-python", "tensorstore", "zarrs", "zarrita"] as const;
export type Subject = (typeof SUBJECTS)[number];

/**
 * - `yes`: it does it; of a format: it reads and writes it
 * - `reads`, `writes`: one of the two
 * - `no`: it refuses, or has no such operation
 * - `wrong`: it does something else, without a word
 * - `dies`: its process ends
 * - `not checked`: it was not tried
 */
export type Verdict = "yes" | "reads" | "writes" | "no" | "wrong" | "dies" | "not checked";

export interface Row {
  readonly feature: string;
  readonly verdicts: Readonly<Partial<Record<Subject, Verdict>>>;
}

export interface Section {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly Row[];
}

const HEAD = `# Conformance

What Quarry and its peers were seen to do. Every cell is the outcome of a check that \`test/interop/conformance.test.ts\`
runs against the real implementation; \`npm run conformance\` writes this page anew, and the test fails where a cell is no
longer true.

| cell | |
|---|---|
| yes | does it; of a format: reads what another wrote, and writes what another reads |
| reads, writes | only that |
| no | refuses with an error, or has no such operation |
| **wrong** | does something else, without a word: other values, or a loss |
| **dies** | its process ends |
| not checked | not tried: it has no such notion, or something that the check needs is not installed |

zarrs is checked through its Python package, as zarr-python's codec pipeline: it reads and writes chunks, and zarr-python
does the rest. The pipeline is told to refuse what it cannot do; by default it hands that to zarr-python.
`;

const TAIL = `## Some of what is wrong, in words

Each of these has a test of its own in \`test/interop/peer-faults.test.ts\`, which also holds that Quarry does it right.

- zarrita takes the last bytes of a shard for its index, whatever \`index_location\` says. Whether it then fails or reads
  other values depends on the items. It ignores codecs before the shards, and verifies no checksum.
- zarr-python writes strings and \`numcodecs.delta\` in the order in which items lie in memory: behind a \`transpose\` they
  come back in another place. To repair such an array, read it and permute the items of each chunk.
- zarr-python reads \`numcodecs.delta\` of big-endian items as if they were little-endian. What is stored is right.
- zarr-python takes an empty shard, and an inner chunk that lies outside its shard, for one that was never written.
- zarrs swaps the real and imaginary parts of big-endian complex numbers where it reads a part of a chunk, and does not
  verify crc32c there.
`;

export function conformancePage(
  versions: Readonly<Record<Subject, string>>,
  sections: readonly Section[],
): string {
  return [HEAD, ...sections.map((section) => sectionText(versions, section)), TAIL].join("\n");
}

function sectionText(versions: Readonly<Record<Subject, string>>, { title, note, rows }: Section): string {
  const heads = ["", ...SUBJECTS.map((subject) => `${subject} ${versions[subject]}`)];
  const lines = [
    heads,
    heads.map(() => "---"),
    ...rows.map(({ feature, verdicts }) => [
      feature,
      ...SUBJECTS.map((subject) => shown(verdicts[subject] ?? "not checked")),
    ]),
  ];
  const table = lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `## ${title}\n\n${note}\n\n${table}\n`;
}

const shown = (verdict: Verdict) => (verdict === "wrong" || verdict === "dies" ? `**${verdict}**` : verdict);
