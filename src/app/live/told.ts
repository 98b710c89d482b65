// Verdicts and alerts of a live source, as its listeners are told of them.

import type { Alert, FlowVerdict, OpenAlert } from "../detect.ts";

export interface ToldVerdict {
  class: string;
  attack: boolean;
  confidence: number;
  attack_probability: number;
  early: boolean;
  flow: number;
  community_id: string;
  start_us: number;
  end_us: number;
  source_address: string;
  source_port: number;
  destination_address: string;
  destination_port: number;
  transport: string;
  service: string;
  packets: number | null;
  wire_bytes: number | null;
  end_reason: string;
  reasons: string[];
}

/** An alert that goes on, or has ended, with the run of the source that it belongs to, from 1. */
export type ToldAlert = Omit<OpenAlert, "className"> & {
  run: number;
  class: string;
  open: boolean;
  /** Of one that has ended. */
  endReason?: Alert["endReason"];
};

export function toldAlert(
  { className, ...alert }: OpenAlert & { endReason?: Alert["endReason"] },
  run: number,
): ToldAlert {
  return { run, class: className, open: alert.endReason === undefined, ...alert };
}

export function toldVerdict(verdict: FlowVerdict, reasons: number): ToldVerdict {
  const identity = verdict.identity();
  return {
    class: verdict.className,
    attack: verdict.attack,
    confidence: verdict.probability,
    attack_probability: verdict.attackProbability,
    early: verdict.early,
    flow: identity.flow,
    community_id: identity.communityId,
    start_us: identity.startUs,
    end_us: identity.endUs,
    source_address: identity.sourceAddress,
    source_port: identity.sourcePort,
    destination_address: identity.destinationAddress,
    destination_port: identity.destinationPort,
    transport: identity.transport,
    service: verdict.service,
    packets: known(verdict.packets),
    wire_bytes: known(verdict.wireBytes),
    end_reason: identity.endReason,
    reasons: verdict.reasons(reasons).map(({ text }) => text),
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
