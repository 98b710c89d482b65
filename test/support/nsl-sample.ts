// A small share of NSL-KDD for tests of the interface: every so manieth line of the published files as two data sets, and models that
// learnt from them, made in this process as the command line makes them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { evaluate } from "../../src/app/evaluate.ts";
import { importDataset } from "../../src/app/import.ts";
import { train } from "../../src/app/train.ts";
import { sharedData } from "./data.ts";
import { temporaryFolder } from "./rows.ts";

/** Every `step`-th line of a shared file. */
function thinned(file: string, step: number): string {
  return gunzipSync(readFileSync(sharedData(file)))
    .toString()
    .split("\n")
    .filter((line, index) => line !== "" && index % step === 0)
    .join("\n");
}

/** Data sets `nsl` and `nsl-test` of a project. */
export async function importNsl(project: string): Promise<void> {
  const folder = temporaryFolder();
  for (const [name, file, step] of [
    ["nsl", "nsl-kdd/KDDTrain+.txt.gz", 60],
    ["nsl-test", "nsl-kdd/KDDTest+.txt.gz", 15],
  ] as const) {
    const path = join(folder, `${name}.txt`);
    writeFileSync(path, thinned(file, step));
    await importDataset({ sources: [path], out: name, project });
  }
}

/** A model of that name by that learner, held out and judged since: ids of both runs. */
export async function trainedAndJudged(
  project: string,
  learner: string,
): Promise<{ trained: string; judged: string }> {
  const shared = { label: "label", labelMap: "kdd5" as const };
  const { recorded } = await train({
    ...shared,
    rows: ["nsl"],
    learners: [learner],
    holdout: 0.3,
    project,
    out: join(temporaryFolder(), `${learner}.orb`),
    record: { project, name: learner },
  });
  const report = await evaluate({
    ...shared,
    model: learner,
    rows: ["nsl-test"],
    resamples: 50,
    place: { project },
    record: { project },
  });
  const [trained, judged] = [recorded?.run, report.recorded?.run];
  if (trained === undefined || judged === undefined) throw new Error("the runs were not recorded");
  return { trained, judged };
}
