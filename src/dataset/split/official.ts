// Parts by the file that rows came from: the pairs that authors publish, and those that a person names. Pure.

/** A published pair: part → names of its files, without folder and endings, in lower case. */
interface PublishedPair {
  title: string;
  parts: Readonly<Record<string, readonly string[]>>;
  /** Files whose rows are all in another file of the pair as well: they are in no part beside it. */
  within?: Readonly<Record<string, string>>;
}

export const PUBLISHED_PAIRS: readonly PublishedPair[] = [
  {
    title: "NSL-KDD",
    parts: { train: ["kddtrain+", "kddtrain+_20percent"], test: ["kddtest+"], test_21: ["kddtest-21"] },
    within: { "kddtrain+_20percent": "kddtrain+", "kddtest-21": "kddtest+" },
  },
  {
    title: "KDD Cup 1999",
    parts: {
      train: [
        "kddcup.data",
        "kddcup.data.corrected",
        "kddcup.data_10_percent",
        "kddcup.data_10_percent_corrected",
      ],
      test: ["corrected"],
    },
    within: {
      "kddcup.data_10_percent": "kddcup.data",
      "kddcup.data_10_percent_corrected": "kddcup.data.corrected",
    },
  },
  {
    title: "UNSW-NB15",
    parts: { train: ["unsw_nb15_training-set"], test: ["unsw_nb15_testing-set"] },
  },
];

const ENDINGS = /\.(gz|zip|bz2|txt|csv|arff|parquet|jsonl)$/i;

/** "KDDTrain+.txt.gz" → "kddtrain+". */
export function plainFileName(name: string): string {
  let plain = name.replace(/^.*[/\\]/, "");
  while (ENDINGS.test(plain)) plain = plain.replace(ENDINGS, "");
  return plain.toLowerCase();
}

export interface FileParts {
  /** The published pair that they are. */
  title?: string;
  /** Names of the parts, in order; those without a file are left out. */
  parts: string[];
  /** Index of the part of each file; -1: in none. */
  partOf: number[];
  remarks: string[];
}

/** The parts of files by a published pair; undefined where they are of none, or of one side alone. */
export function publishedParts(files: readonly string[]): FileParts | undefined {
  const plain = files.map(plainFileName);
  for (const { title, parts, within } of PUBLISHED_PAIRS) {
    const names = Object.keys(parts);
    const inside = plain.map((name) => plain.includes(within?.[name] ?? ""));
    const sides = plain.map((name, at) =>
      inside[at] ? -1 : names.findIndex((part) => parts[part].includes(name)),
    );
    const used = names.filter((_, side) => sides.includes(side));
    if (used.length < 2) continue;
    const remarks: string[] = [];
    files.forEach((file, at) => {
      if (inside[at])
        remarks.push(`rows of '${file}' are in no part: they are in ${within?.[plain[at]]} as well`);
    });
    return { title, parts: used, partOf: sides.map((side) => used.indexOf(names[side] ?? "")), remarks };
  }
  return undefined;
}

/**
 * The parts of files by patterns.
 *
 * @returns a text that says what is wrong, where a file matches two parts or a pattern no file
 */
export function patternParts(
  files: readonly string[],
  sources: Readonly<Record<string, readonly string[]>>,
): FileParts | string {
  const parts = Object.keys(sources);
  const tests = parts.map((part) =>
    sources[part].map((pattern) => ({ pattern, test: patternTest(pattern) })),
  );
  const idle = tests.flat().find(({ test }) => !files.some(test));
  if (idle !== undefined) return `no source file matches '${idle.pattern}'; there are ${files.join(", ")}`;
  const partOf: number[] = [];
  for (const file of files) {
    const matching = parts.flatMap((_, at) => (tests[at].some(({ test }) => test(file)) ? [at] : []));
    if (matching.length > 1)
      return `source file '${file}' matches the patterns of ${matching.map((at) => parts[at]).join(" and ")}`;
    partOf.push(matching[0] ?? -1);
  }
  return { parts, partOf, remarks: [] };
}

/** Matches names of files, with or without endings: * any characters, ? one; upper and lower case are the same. */
function patternTest(pattern: string): (file: string) => boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, "i");
  return (file) => expression.test(file) || expression.test(plainFileName(file));
}
