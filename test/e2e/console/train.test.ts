// Trainings in the browser: the form, curves while they grow, stopping, runs side by side, thresholds and trees; with real rows of
// NSL-KDD, on a real server.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, type Page, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";
import { hasSharedData } from "../../support/data.ts";
import { importNsl, trainedAndJudged } from "../../support/nsl-sample.ts";
import { temporaryFolder } from "../../support/rows.ts";

/** Trainings are processes that start from the sources, on machines that do other things as well. */
const LONG = 240_000;
const PATIENT = { timeout: 120_000 };

/** As much of a canvas as is looked at. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): { getImageData(...place: number[]): { data: Uint8ClampedArray } };
}

describe.skipIf((!hasBrowser || !hasSharedData()) && !process.env["CI"])("trainings in the console", () => {
  let up: TestConsole;
  const runs: Record<string, string> = {};

  beforeAll(async () => {
    const project = temporaryFolder();
    await importNsl(project);
    for (const learner of ["tree", "bayes"]) {
      const { trained, judged } = await trainedAndJudged(project, learner);
      runs[learner] = trained;
      runs[`${learner} judged`] = judged;
    }
    up = await openConsole({ place: { project } });
  }, LONG);
  afterAll(() => up?.close());

  /** Fills in the form: rows, the five groups, one learner. */
  async function fillForm(page: Page, learner: string): Promise<void> {
    await page.getByLabel("Learn from: data set").first().click();
    await page.getByRole("option", { name: /^nsl ·/ }).click();
    await page.getByLabel("Labels to classes").first().click();
    await page.getByRole("option", { name: /Five groups/ }).click();
    const learners = page.getByLabel("Learners", { exact: true }).first();
    await learners.press("Backspace");
    await learners.fill(learner);
    await page.getByRole("option", { name: learner, exact: true }).click();
    await page.keyboard.press("Escape");
  }

  test("a form made from the learners' tables trains a model, whose curves grow while it learns", {
    timeout: LONG,
  }, async () => {
    const { page, complaints } = await up.open("/train");
    await page.getByRole("link", { name: "Train a model" }).click();
    await page.getByRole("heading", { level: 1, name: "Train a model" }).waitFor();
    await fillForm(page, "mlp");
    // What is out of its range is said at its field, and keeps the training from starting.
    const epochs = page.getByLabel(/^epochs/).first();
    await epochs.fill("0");
    await page.getByText("expected 1 to 10,000").first().waitFor();
    expect(await page.getByRole("button", { name: "Start the training" }).isDisabled()).toBe(true);
    await epochs.fill("400");
    await page
      .getByLabel(/^earlyStopping/)
      .first()
      .fill("400");
    await page.getByText("Not judged").click();
    await page.getByLabel("Register as").fill("network");
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Start the training" }).click();
    await page.waitForURL("**/train/jobs/*");
    const figures = page.getByTestId("last-figures");
    await figures.waitFor(PATIENT);
    const iteration = async (): Promise<number> =>
      Number(/Iteration ([\d,]+)/.exec((await figures.textContent()) ?? "")?.[1].replaceAll(",", ""));
    const first = await iteration();
    await expect.poll(iteration, { timeout: 60_000, interval: 300 }).toBeGreaterThan(first);
    expect(await figures.textContent()).toMatch(/of 400: trainingLogLoss [\d.]+/);
    expect(await page.getByRole("img", { name: /Figures of iterations of the model/ }).count()).toBe(1);
    await page.getByText("The training has ended").waitFor(PATIENT);
    expect(await page.getByText("network:1").count()).toBe(1);
    await page.getByRole("link", { name: "Open the run" }).click();
    await page.getByRole("heading", { level: 1, name: "Training of mlp" }).waitFor();
    await page.getByRole("link", { name: "network:1" }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a training is stopped, and is a cancelled run", { timeout: LONG }, async () => {
    const { page } = await up.open("/train/new?dataset=nsl");
    await page.getByRole("heading", { level: 1, name: "Train a model" }).waitFor();
    await page
      .getByLabel(/^iterations/)
      .first()
      .fill("5000");
    await page
      .getByLabel(/^earlyStopping/)
      .first()
      .fill("0");
    await page.getByRole("button", { name: "Start the training" }).click();
    await page.waitForURL("**/train/jobs/*");
    await page.getByTestId("last-figures").waitFor(PATIENT);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The job is cancelled.").waitFor(PATIENT);
    const curve = await page.getByTestId("last-figures").textContent();
    expect(curve).toMatch(/^Iteration [\d,]+ of 5,000/);
    const { data } = await up.client.api.GET("/runs", { params: { query: { state: "cancelled" } } });
    expect(data?.total).toBe(1);
    await page.goto(`${up.address}/console/train?state=cancelled`);
    await page.getByRole("grid", { name: "Runs" }).getByText("boosting").waitFor();
    await page.context().close();
  });

  test("runs are filtered, chosen and put side by side", { timeout: LONG }, async () => {
    const { page, complaints } = await up.open("/train?kind=train&learner=tree");
    const grid = page.getByRole("grid", { name: "Runs" });
    await grid.getByText(runs["tree"].slice(-8)).waitFor();
    expect(await grid.getByText("bayes").count()).toBe(0);
    await grid.getByRole("checkbox").first().check();
    await page.goto(`${up.address}/console/train?kind=train&sort=macroF1&selected=${runs["tree"]}`);
    await grid.getByRole("checkbox", { name: `Choose run ${runs["bayes"].slice(-8)}` }).check();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.waitForURL("**/train/compare?*");
    const scores = page.getByRole("table", { name: "Scores of evaluations" });
    await scores.waitFor(PATIENT);
    // The figures are those of the recorded evaluations, and the better one is told.
    const line = scores.getByRole("row", { name: /^macro F1/ });
    const values: number[] = [];
    for (const name of ["tree", "bayes"]) {
      const { data } = await up.client.api.GET("/runs/{id}", {
        params: { path: { id: runs[`${name} judged`] } },
      });
      const { macroF1: value } = (data as unknown as { run: { metrics: { macroF1: number } } }).run.metrics;
      values.push(value);
      expect(await line.textContent()).toContain(value.toFixed(4));
    }
    const bold = await line
      .locator("td")
      .evaluateAll((cells) => cells.map((cell) => cell.style.fontWeight === "700"));
    expect(bold).toEqual(values.map((value) => value === Math.max(...values)));
    expect(
      await page
        .getByRole("table", { name: "Settings that differ" })
        .getByRole("row", { name: /^learner/ })
        .count(),
    ).toBe(1);
    expect(await page.getByRole("img", { name: /Receiver operating characteristics/ }).count()).toBe(1);
    expect(await page.getByRole("table", { name: /^Confusion matrix of/ }).count()).toBe(2);
    // Both learnt from the same rows and were judged on the same rows.
    expect(await page.getByText("judged on other rows").count()).toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
    await page.goto(
      `${up.address}/console/train/compare?runs=${runs["tree"]},${runs["tree judged"]},${runs["bayes"]}`,
    );
    await scores.waitFor(PATIENT);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("the threshold tells false alarms a day, of the traffic that one states", {
    timeout: LONG,
  }, async () => {
    const { page, complaints } = await up.open(`/train/runs/${runs["bayes"]}?tab=evaluation`);
    const alarms = page.getByTestId("false-alarms");
    await alarms.waitFor(PATIENT);
    const slider = page.getByRole("slider", { name: "Threshold" });
    expect(await slider.getAttribute("aria-valuenow")).toBe("0.5");
    const answer = await up.client.fetch(`/runs/${runs["bayes judged"]}/artefacts/evaluation.json`);
    const evaluation = (await answer.json()) as {
      curves: { attack: { thresholds: { threshold: number; falseAlarmRate: number }[] } };
    };
    const rateAt = (threshold: number): number =>
      evaluation.curves.attack.thresholds.find((point) => Math.abs(point.threshold - threshold) < 1e-9)
        ?.falseAlarmRate ?? Number.NaN;
    await page.getByLabel("Flows a day").fill("2000000");
    await page.getByLabel("Of them attacks").fill("10");
    // 90 % of 2 million flows are benign.
    const expected = 1_800_000 * rateAt(0.5);
    expect(expected).toBeGreaterThan(1_000);
    await expect
      .poll(() => alarms.textContent())
      .toContain(`${(expected / 1_000).toFixed(expected < 99_950 ? 1 : 0)} k`);
    await slider.focus();
    for (let step = 0; step < 5; step++) await slider.press("ArrowRight");
    await expect.poll(() => page.getByTestId("threshold").textContent()).toBe("0.525");
    expect(new URL(page.url()).searchParams.get("threshold")).toBe("0.525");
    await slider.press("End");
    await expect.poll(() => alarms.textContent()).not.toContain(`${(expected / 1_000).toFixed(1)} k`);
    expect(await seriousProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a tree is drawn, and read as rules down to its leaves", { timeout: LONG }, async () => {
    const { page, complaints } = await up.open(`/train/runs/${runs["tree"]}?tab=tree&class=dos`);
    const drawing = page.getByRole("img", { name: /^Tree that begins with/ });
    await drawing.locator("canvas").waitFor(PATIENT);
    // Something is drawn, beside the ground.
    const inked = await drawing.locator("canvas").evaluate((element) => {
      const canvas = element as unknown as Canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at] > 0) count++;
      return count;
    });
    expect(inked).toBeGreaterThan(1_000);
    const { data: tree } = await up.client.api.GET("/runs/{id}/tree", {
      params: { path: { id: runs["tree"] }, query: { class: "dos", depth: 3 } },
    });
    expect(await drawing.getAttribute("aria-label")).toContain(tree?.root.question);
    await page.getByText("As rules").click();
    const rules = page.locator("code");
    await rules.first().waitFor();
    const before = await rules.count();
    await page.getByRole("button", { name: "More", exact: true }).nth(1).click();
    await expect.poll(() => rules.count()).toBeGreaterThan(before);
    expect(await seriousProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("pages fit a phone, and axe finds nothing serious in the dark", { timeout: LONG }, async () => {
    const paths = [
      "/train",
      "/train/new?dataset=nsl",
      `/train/runs/${runs["tree"]}`,
      `/train/runs/${runs["tree"]}?tab=evaluation`,
      `/train/compare?runs=${runs["tree"]},${runs["bayes"]}`,
    ];
    const { page, complaints } = await up.open("/train", { viewport: SIZES.phone, colorScheme: "dark" });
    for (const path of paths) {
      await page.goto(`${up.address}/console${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor(PATIENT);
      await page.waitForLoadState("networkidle");
      expect(await seriousProblems(page), path).toEqual([]);
      expect(await overflows(page), path).toBe(false);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a viewer looks at everything and starts nothing", { timeout: LONG }, async () => {
    const { page } = await up.openAs("viewer", `/train/runs/${runs["tree"]}`);
    await page.getByRole("heading", { level: 1, name: "Training of tree" }).waitFor();
    await page.getByRole("table", { name: "Candidates and baselines" }).waitFor(PATIENT);
    for (const name of ["Evaluate", "More", "Register the model"])
      expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
    await page.goto(`${up.address}/console/train`);
    await page.getByRole("grid", { name: "Runs" }).waitFor();
    expect(await page.getByRole("link", { name: "Train a model" }).count()).toBe(0);
    await page.goto(`${up.address}/console/train/new`);
    await page.getByText("Your role does not allow this").waitFor();
    await page.context().close();
  });
});
