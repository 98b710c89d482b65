import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take minutes: they begin first, so that none is left to run alone at the end. */
const LONGEST = [
  "test/e2e/schemas.test.ts",
  "test/parity/parity.test.ts",
  "test/integration/tshark.test.ts",
  "test/integration/flows.test.ts",
  "test/integration/prepare-shared.test.ts",
  "src/learner/kernels.generated.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return place < 0 ? LONGEST.length : place;
    };
    // The sort is stable: all others stay in the order that they had.
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: ["test/support/home.ts"],
    projects: [
      {
        extends: true,
        // Unit tests share a process: loading the modules anew for each file takes longer than most of them.
        test: { name: "units", include: ["src/**/*.test.ts", "web/src/**/*.test.ts"], isolate: false },
      },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"] } },
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Pages and servers are waited for on machines that do other things, too.
    expect: { poll: { timeout: 30_000 } },
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
