// One run. A training: what it was, how it was chosen, what its model rests on, how it was judged since. An evaluation: its report.
// Which part is looked at stands in the address.

import { Alert, Button, Menu, Stack, Text } from "@mantine/core";
import { IconDots, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/queries.ts";
import { count, duration, moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { EvaluateForm } from "./evaluate-form.tsx";
import { Facts, Rows, StateBadge, To } from "./facts.tsx";
import { RegisterForm } from "./register-form.tsx";
import { Artefacts, Fingerprint, Report } from "./run-parts.tsx";
import { useRun, useRuns } from "./run-queries.ts";
import { TrainingRun } from "./training-run.tsx";
import type { ModelVersion, Run } from "./types.ts";
import { runTitle, valueText } from "./words.ts";

const ABOVE = [{ to: "/train", text: "Train and compare" }];

export function RunPage() {
  const { run: id } = useParams({ strict: false }) as { run: string };
  const query = useRun(id);
  if (query.data === undefined)
    return (
      <Page title="Run" above={ABOVE}>
        <Asked query={query} what="the run">
          {() => null}
        </Asked>
      </Page>
    );
  const { run, versions } = query.data;
  return (
    <Page
      title={runTitle(run)}
      above={ABOVE}
      note={
        <>
          <StateBadge state={run.state} /> {moment(run.started)} UTC · run {run.id}
        </>
      }
      actions={<Actions run={run} versions={versions} />}
    >
      {run.failure !== undefined && (
        <Alert color="red" variant="light" title="The run failed" role="alert">
          <Text size="sm" className="foreign">
            {run.failure.message}
          </Text>
        </Alert>
      )}
      {run.kind === "train" ? <TrainingRun run={run} versions={versions} /> : <EvaluationRun run={run} />}
    </Page>
  );
}

function Actions({ run, versions }: { run: Run; versions: ModelVersion[] }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayWrite = useMay("write");
  const [open, setOpen] = useState<"evaluate" | "register">();
  const [version] = versions;
  const remove = useMutation({
    mutationFn: () => api.DELETE("/runs/{id}", { params: { path: { id: run.id } } }),
    onSuccess: async () => {
      told("The run is removed.");
      await queries.invalidateQueries({ queryKey: ["runs"] });
      await navigate({ to: "/train" as string });
    },
    onError: failed,
  });
  const hasModel = run.kind === "train" && run.state === "finished" && run.modelObject !== undefined;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => (
          <Link to={"/train" as string} search={{ selected: run.id } as never} {...props} />
        )}
      >
        Compare with …
      </Button>
      {mayWrite && hasModel && version !== undefined && (
        <Button size="xs" onClick={() => setOpen("evaluate")}>
          Evaluate
        </Button>
      )}
      {mayWrite && hasModel && version === undefined && (
        <Button size="xs" onClick={() => setOpen("register")}>
          Register the model
        </Button>
      )}
      {mayWrite && run.state !== "running" && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default" px={8} aria-label="More">
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={() => remove.mutate()}>
              Remove this run
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {version !== undefined && (
        <EvaluateForm
          model={`${version.name}:${version.version}`}
          label={String(run.options["label"] ?? "label")}
          labelMap={run.options["labelMap"]}
          isOpen={open === "evaluate"}
          onClose={() => setOpen(undefined)}
          onDone={(id) => {
            setOpen(undefined);
            void navigate({
              to: `/train/runs/${run.id}` as string,
              search: { tab: "evaluation", evaluation: id } as never,
            });
          }}
        />
      )}
      <RegisterForm run={run.id} isOpen={open === "register"} onClose={() => setOpen(undefined)} />
    </>
  );
}

function EvaluationRun({ run }: { run: Run }) {
  const trainings = useRuns(
    run.modelObject === undefined ? undefined : { kind: "train", object: run.modelObject },
    1,
  );
  const training = trainings.data?.runs[0];
  return (
    <Stack gap="md">
      <Panel title="What it was">
        <Facts
          facts={[
            ["Model", valueText(run.model)],
            [
              "Made by",
              training === undefined ? (
                "no run that is kept"
              ) : (
                <To key="training" to={`/train/runs/${training.id}`}>
                  {runTitle(training)}
                </To>
              ),
            ],
            ["Rows", <Rows key="rows" rows={run.rows} />],
            ["Judged", run.data === undefined ? "–" : `${count(run.data.rows)} rows`],
            ["Took", run.elapsedMs === undefined ? "–" : duration(run.elapsedMs / 1_000)],
            ["Rows' fingerprint", <Fingerprint key="print" text={run.data?.fingerprint} />],
            ...Object.entries(run.options).map(([name, value]) => [name, valueText(value)] as const),
          ]}
        />
      </Panel>
      {run.state === "finished" && <Report id={run.id} />}
      <Artefacts run={run} />
    </Stack>
  );
}
