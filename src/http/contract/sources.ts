// Forms of live sources: what they are started with, and what they tell of themselves.

import * as z from "zod";
import { idForm, modelForm, nameForm } from "../../app/jobs/inputs.ts";
import { failureForm, moment } from "./work.ts";

const count = z.int().min(0);
const counts = z.record(z.string(), count);
const amount = z.number().min(0);

export const newSourceForm = z
  .strictObject({
    name: nameForm,
    from: z.union([
      z.strictObject({
        interface: z
          .string()
          .regex(/^[^\p{C}\s-][^\p{C}]{0,99}$/u, "expected the name of an interface")
          .describe("Name of GET /interfaces."),
        filter: z.string().max(2_000).optional().describe("A filter of libpcap: tcp port 443."),
        exclude: z
          .array(z.string().max(200))
          .max(100)
          .optional()
          .describe("Endpoints that are left out: HOST:PORT."),
      }),
      z.strictObject({
        capture: idForm.describe("Id of a capture that is played."),
        speed: z.number().min(0.01).max(10_000).optional().describe("2 plays twice as fast; 1 unless given."),
        loop: z.boolean().optional().describe("Again and again; true unless given."),
      }),
    ]),
    model: modelForm.optional().describe("Name or reference of a model; the main one unless given."),
    threshold: z.number().gt(0).max(1).optional(),
    reasons: z.int().min(0).max(10).optional(),
    earlySeconds: z
      .number()
      .min(0.1)
      .max(86_400)
      .optional()
      .describe("Also judge flows that go on, after so long."),
  })
  .describe("An interface that is metered, or a capture that is played.")
  .meta({ id: "NewSource" });

const ledgerForm = z
  .object({
    frames: count,
    framesLostBefore: count
      .nullable()
      .describe("Frames lost before they were captured; null while that is not known."),
    gaps: count.optional().describe("Times in which a live capture was interrupted."),
    gapUs: amount.optional(),
    decoded: count,
    sound: count,
    malformed: count,
    cut: count,
    unsupported: count,
    metered: count,
    withoutFlow: count,
    dropped: count,
    held: count,
    orphanFragments: count,
    late: count,
    clockResets: count,
    flowsOpened: count,
    flowsOpen: count,
    flowsEnded: counts.describe("By the reason of their end."),
    rows: count,
    earlyRows: count,
    packetsInRows: count.nullable(),
    rowOf: z.literal("packet").optional(),
    measures: z.record(z.string(), z.number()),
    verdict: z.object({
      verdicts: count,
      earlyVerdicts: count,
      attacks: count,
      benign: count,
      byClass: counts,
      repeated: count,
      alerts: z.object({
        flows: count,
        opened: count,
        joined: count,
        open: count,
        ended: counts,
        flowsReported: count,
      }),
    }),
  })
  .describe("What became of every packet since the source began, so far.")
  .meta({ id: "LiveLedger" });

const sampleForm = z
  .object({
    ordinal: count.describe("Number of the sample, from 1."),
    atMs: z.number().describe("End of the time that it tells of, ms since 1970 UTC."),
    seconds: amount.describe("How long that time was."),
    packets: count,
    bytes: count.describe("On the wire."),
    flows: count.describe("That were opened."),
    verdicts: count,
    attacks: count,
    byClass: counts.describe("Verdicts by class; those without one are left out."),
  })
  .describe("What came in one second.")
  .meta({ id: "LiveSample" });

const ratesForm = z.object({
  seconds: amount.describe("Time that they were measured over, by the clock of the server."),
  packetsPerSecond: amount,
  bytesPerSecond: amount,
  flowsPerSecond: amount,
  verdictsPerSecond: amount,
});

export const sourceForm = z
  .object({
    name: z.string(),
    kind: z.enum(["interface", "replay"]),
    interface: z.string().optional(),
    filter: z.string().optional(),
    capture: z.string().optional(),
    speed: z.number().optional(),
    model: z.string(),
    digest: z.string().describe("SHA-256 of the model that judges."),
    threshold: z.number().optional(),
    state: z.enum(["starting", "running", "ended", "failed"]),
    started: moment,
    ended: moment.optional(),
    failure: failureForm.optional(),
    remark: z.string().optional(),
    counts: z.object({
      frames: count,
      bytes: count.describe("On the wire."),
      framesLost: count,
      flows: count,
      verdicts: count,
      attacks: count,
      byClass: z.record(z.string(), count),
      alerts: count,
      untold: count.describe("Verdicts that were counted and not told one by one."),
      loops: count,
    }),
    rates: ratesForm.describe("Over the last seconds; all 0 when it has ended."),
    latest: sampleForm.optional(),
    ledger: ledgerForm.optional(),
    sums: z
      .array(z.object({ name: z.string(), left: z.number(), right: z.number() }))
      .optional()
      .describe("What must be equal in the ledger."),
    listeners: count,
  })
  .describe("A live source, and what it has judged.")
  .meta({ id: "Source" });

export const sourcesForm = z.object({ sources: z.array(sourceForm) });
export const interfacesForm = z.object({
  interfaces: z.array(z.object({ name: z.string(), description: z.string() })),
});

export const historyForm = z.object({
  samples: z.array(sampleForm).describe("One for each second of the last five minutes, oldest first."),
});

const talkersTable = z.object({
  top: z
    .array(
      z.object({
        address: z.string(),
        amount: amount.describe("Never below the truth."),
        surplus: amount.describe("How much of it may be another host's."),
      }),
    )
    .describe("Largest first, ten at the most."),
  total: amount.describe("Of all flows; each counts for both of its ends."),
  uncountedMax: amount.describe("What a host that is not counted may have at the most."),
});

export const talkersForm = z
  .object({
    counted: count.describe("Hosts that are counted at a time, by space-saving."),
    bytes: talkersTable.describe("Bytes of flows that have ended."),
    flows: talkersTable.describe("Flows that have ended."),
  })
  .describe("Hosts with the most traffic since the source began.")
  .meta({ id: "LiveTalkers" });

const distinct = <Of extends z.ZodType>(of: Of) =>
  z.object({
    count,
    exact: z.boolean().describe("False where the count is an estimate, within some 2 %."),
    examples: z.array(of),
  });

const alertForm = z
  .object({
    run: count.describe("Run of the source, from 1: a capture that is played again is another run."),
    alert: count.describe("Number of the alert in its run."),
    class: z.string(),
    open: z.boolean().describe("It goes on."),
    shape: z
      .enum(["pair", "source", "target"])
      .describe("One source and one target; one source, many targets; one target, many sources."),
    sources: distinct(z.string()),
    targets: distinct(z.string()),
    ports: distinct(z.number()).describe("Destination ports."),
    transport: z.string(),
    flows: count,
    packets: z.number().nullable(),
    wireBytes: z.number().nullable(),
    firstUs: z.number().describe("Start of its first flow, µs since 1970 UTC."),
    lastUs: z.number(),
    probabilityMax: z.number(),
    reasons: z
      .array(
        z.object({
          feature: z.string(),
          value: z.union([z.number(), z.string()]).nullable(),
          unit: z.string(),
          amount: z.number(),
          text: z.string(),
        }),
      )
      .describe("Of its strongest flow."),
    communityIds: z.array(z.string()),
    endReason: z.enum(["silence", "full", "end-of-input"]).optional(),
  })
  .describe("Attack flows that belong together.")
  .meta({ id: "LiveAlert" });

export const alertsForm = z.object({
  alerts: z
    .array(alertForm)
    .describe(
      "Those that go on, the one that last had a flow first; then those that ended, the newest first. 100 of each at the most.",
    ),
});

export const eventsQuery = z.object({
  recent: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_048)
    .default(0)
    .describe("So many of the last events come first, where Last-Event-ID is not given or not known."),
});
