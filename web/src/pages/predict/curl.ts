// The command line that asks the same as a form did. It survives a POSIX shell, whatever names and values hold.

export interface CurlRequest {
  address: string;
  reference: string;
  row: Record<string, number | string>;
  reasons: number;
  isMissingAllowed: boolean;
  /** Whether the server asks who sends a request. */
  asksForKey: boolean;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function curlCommand(request: CurlRequest): string {
  const { address, reference, row, reasons, isMissingAllowed, asksForKey } = request;
  const query = new URLSearchParams();
  if (reasons > 0) query.set("reasons", String(reasons));
  if (isMissingAllowed) query.set("missing", "allow");
  const asked = query.size === 0 ? "" : `?${query}`;
  const url = `${address}/models/${encodeURIComponent(reference)}/predict${asked}`;
  return [
    `curl -sS ${shellWord(url)}`,
    ...(asksForKey ? [`-H "X-API-Key: $ORBWEAVER_KEY"`] : []),
    `-H 'content-type: application/json'`,
    `--data-raw ${shellWord(JSON.stringify(row))}`,
  ].join(" \\\n  ");
}
