// Names of data sets: which may be, and which a file suggests.

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;
const ENDINGS = /(?:\.(?:csv|tsv|txt|jsonl|ndjson|json|parquet|orbrows|log|labeled|lp|pcap|pcapng|gz))+$/i;

export function nameProblem(name: string): string | undefined {
  return NAME.test(name) ? undefined : "Letters, digits, '.', '_' and '-', at most 100";
}

/** "" where nothing can be made of it. */
export function nameFrom(file: string): string {
  return file
    .replace(ENDINGS, "")
    .replaceAll(/[^a-z0-9._-]+/gi, "-")
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/gi, "")
    .slice(0, 100);
}
