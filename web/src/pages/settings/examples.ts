// How a program speaks to this server: a command line and a piece of TypeScript, with the address that this page came from.

export interface ExampleOptions {
  /** "http://127.0.0.1:8085" */
  address: string;
  /** Whether the server asks who somebody is. */
  asksForKey: boolean;
}

/** For a POSIX shell; KEY is a variable of it, so that no key gets into a history by being pasted. */
export function curlExample({ address, asksForKey }: ExampleOptions): string {
  const header = asksForKey ? ` \\\n  -H "x-api-key: $ORBWEAVER_KEY"` : "";
  return [
    ...(asksForKey ? ["read -rs ORBWEAVER_KEY    # paste the key, then Enter"] : []),
    `curl -sS ${quoted(`${address}/models`)}${header}`,
    `curl -sS ${quoted(`${address}/predict`)}${header} \\\n  -H 'content-type: text/csv' -H 'accept: text/csv' --data-binary @rows.csv`,
  ].join("\n");
}

export function clientExample({ address, asksForKey }: ExampleOptions): string {
  const key = asksForKey ? ", key: process.env.ORBWEAVER_KEY" : "";
  return `import { openAsBlob } from "node:fs";
import { createClient } from "orbweaver/client";

const client = createClient({ baseUrl: ${JSON.stringify(address)}${key} });
const upload = await client.upload(await openAsBlob("rows.csv"), { name: "rows.csv" });
const { id } = await client.createJob({
  kind: "score",
  request: { input: { upload: upload.id }, model: "bundled" },
});
const job = await client.untilEnded(id);
if (job.state !== "finished") throw new Error(job.failure?.message ?? job.state);
console.log(await (await client.result(id, "verdicts", { format: "csv" })).text());`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
