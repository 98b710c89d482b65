// The page "prepare": a recipe as a form and as YAML, each of which follows the other, and the job that runs it.

import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ApiError, api, data, type Job } from "../../api/client.ts";
import { useDatasets, useMay } from "../../api/queries.ts";
import { count } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, Failure, NotAllowed } from "../../parts/states.tsx";
import { useRecipeSteps } from "./dataset-queries.ts";
import { nameProblem } from "./names.ts";
import classes from "./prepare.module.css";
import { RecipeForm } from "./recipe-form.tsx";
import { type ReadRecipe, readRecipe, withMember } from "./recipe-text.ts";
import { datasetAddress } from "./routes.ts";
import type { Manifest } from "./types.ts";
import { YamlEditor } from "./yaml-editor.tsx";

const BEGINNING = `steps:
  # In this order; what learns from rows stands behind the split.
  - duplicates: drop
  - split: random
`;
const CHECKED_AFTER_MS = 350;

export function PreparePage() {
  const search: { job?: string; from?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const mayWrite = useMay("write");
  const sets = useDatasets();
  const go = (job: string | undefined): void =>
    void navigate({ search: ((before: object) => ({ ...before, job })) as never });
  return (
    <Page
      title="Prepare"
      above={[{ to: "/datasets", text: "Data sets" }]}
      note="A recipe makes a data set of others. What it learns, it learns from training rows only; the same recipe gives the same rows."
    >
      {mayWrite ? (
        <Asked query={sets} what="the data sets">
          {(known) => (
            <Builder known={known} from={search.from} onJob={go}>
              {search.job !== undefined && (
                <Panel title="The run">
                  <JobProgress id={search.job}>{(job) => <Prepared job={job} />}</JobProgress>
                </Panel>
              )}
            </Builder>
          )}
        </Asked>
      ) : (
        <Panel>
          <NotAllowed />
        </Panel>
      )}
    </Page>
  );
}

interface BuilderProps {
  known: readonly Manifest[];
  from: string | undefined;
  onJob: (job: string) => void;
  children: React.ReactNode;
}

function Builder({ known, from, onJob, children }: BuilderProps) {
  const [text, setText] = useState(() => firstText(from));
  const steps = useRecipeSteps();
  const reading = useMemo(() => readRecipe(text), [text]);
  // While the text cannot be read, the form stays as it was and takes no changes.
  const [shown, setShown] = useState<ReadRecipe>({ sources: [], steps: [] });
  if ("recipe" in reading && reading.recipe !== shown) setShown(reading.recipe);
  const [settled] = useDebouncedValue(text, CHECKED_AFTER_MS);
  const check = useQuery({
    queryKey: ["recipe-check", settled],
    queryFn: () => data(api.POST("/recipes/check", { body: { text: settled } })),
    retry: false,
    enabled: "recipe" in readRecipe(settled),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem = "problem" in reading ? reading.problem : problemOf(check.error);
  const missing = whatIsMissing(shown, known);
  const start = useMutation({
    mutationFn: () =>
      data(
        api.POST("/jobs", {
          body: {
            kind: "prepare",
            request: requestOf(shown, check.data?.given as { steps?: unknown[] } | undefined),
          } as never,
        }),
      ) as Promise<Job>,
    onSuccess: ({ id }) => onJob(id),
  });
  return (
    <Stack gap="md">
      <div className={classes["sides"]}>
        <Panel title="The recipe">
          <Asked query={steps} what="the steps">
            {({ steps: all }) => (
              <RecipeForm
                text={text}
                recipe={shown}
                isFrozen={"problem" in reading}
                onText={setText}
                steps={all}
                sets={known}
                learns={check.data?.learns ?? []}
              />
            )}
          </Asked>
        </Panel>
        <Panel title="The same as YAML" note="Either side may be changed; the other follows.">
          <Stack gap="sm">
            <YamlEditor text={text} onText={setText} problem={problem} />
            {check.data !== undefined && problem === undefined && (
              <Text size="sm" c="dimmed" role="status">
                The recipe is right: {count(check.data.learns.length)} steps,{" "}
                {count(check.data.learns.filter(Boolean).length)} of them learn from training rows.
              </Text>
            )}
            {missing !== undefined && (
              <Text size="sm" c="dimmed" className="foreign">
                {missing}
              </Text>
            )}
            <Group>
              <Button
                onClick={() => start.mutate()}
                loading={start.isPending}
                disabled={
                  problem !== undefined ||
                  missing !== undefined ||
                  check.data === undefined ||
                  settled !== text
                }
              >
                Run the recipe
              </Button>
            </Group>
            {start.isError && <Failure failure={start.error} />}
          </Stack>
        </Panel>
      </div>
      {children}
    </Stack>
  );
}

function firstText(from: string | undefined): string {
  if (from === undefined) return BEGINNING;
  const named = withMember(BEGINNING, "sources", [from]);
  return withMember(named, "name", `${from}-clean`.slice(0, 100));
}

/** In the server's words, without the name that it gives to the text. */
function problemOf(failure: unknown): string | undefined {
  if (failure === null || failure === undefined) return undefined;
  const words = failure instanceof Error ? failure.message : String(failure);
  return failure instanceof ApiError ? words.replace(/^'recipe',? ?/, "") : words;
}

/** What a recipe lacks to be run here; undefined where nothing is. */
function whatIsMissing(recipe: ReadRecipe, known: readonly Manifest[]): string | undefined {
  const { name, sources } = recipe;
  if (sources.length === 0) return "Choose the data sets that it is made of.";
  const strange = sources.find((source) => !known.some((set) => set.name === source.replace(/[:@].*$/, "")));
  if (strange !== undefined) return `There is no data set ${strange}; files are imported first.`;
  if (name === undefined) return "Give the new data set a name.";
  return nameProblem(name) === undefined
    ? undefined
    : `The name ${name} cannot be taken: ${nameProblem(name)}.`;
}

function requestOf(recipe: ReadRecipe, given: { steps?: unknown[] } | undefined): unknown {
  const { name, sources, label, columns } = recipe;
  return {
    name,
    sources: sources.map((dataset) => ({ dataset })),
    recipe: {
      ...(label === undefined ? {} : { label }),
      ...(columns === undefined ? {} : { columns }),
      steps: given?.steps ?? [],
    },
  };
}

function Prepared({ job }: { job: Job }) {
  if (job.kind !== "prepare") return <Text size="sm">This job ran no recipe.</Text>;
  const { dataset, rows, columns, steps } = job.summary as {
    dataset: string;
    rows: number;
    columns: number;
    steps: number;
  };
  return (
    <Alert color="green" variant="light" title="The data set is made">
      <Text size="sm" className="foreign">
        <Anchor size="sm" renderRoot={(props) => <Link to={datasetAddress(dataset) as string} {...props} />}>
          {dataset}
        </Anchor>
        : {count(rows)} rows, {count(columns)} columns, after {count(steps)} steps
      </Text>
    </Alert>
  );
}
