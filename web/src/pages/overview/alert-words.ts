// Who an alert is about, in words. Knows no page.

import type { Schemas } from "../../api/client.ts";
import { count } from "../../parts/format.ts";

type Alert = Pick<Schemas["LiveAlert"], "shape" | "sources" | "targets" | "ports">;
type Distinct = { count: number; exact: boolean; examples: readonly (string | number)[] };

/** 10.0.0.1 → 10.0.0.2 · 10.0.0.1 → 812 hosts · about 40,000 hosts → 10.0.0.2 */
export function whoText({ sources, targets }: Alert): string {
  return `${hostsText(sources)} → ${hostsText(targets)}`;
}

function hostsText(hosts: Distinct): string {
  const [only] = hosts.examples;
  return hosts.count === 1 && only !== undefined ? String(only) : `${numberText(hosts)} hosts`;
}

/** "", ", port 22", ", ports 80, 443", ", 1,000 ports (1, 2, 3 and others)" */
export function portsText({ ports }: Alert): string {
  const { examples } = ports;
  if (ports.count === 0) return "";
  if (ports.count === 1) return `, port ${examples[0]}`;
  if (ports.count === examples.length) return `, ports ${examples.join(", ")}`;
  return `, ${numberText(ports)} ports (${examples.join(", ")} and others)`;
}

function numberText({ count: number, exact }: Distinct): string {
  return exact ? count(number) : `about ${count(number)}`;
}
