// Parts of the form of a training: rows and labels, judging and searching, steps around the learner.

import {
  Accordion,
  Grid,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useDatasets } from "../../api/queries.ts";
import { count } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { RowsChoice, tableOf } from "./rows-choice.tsx";
import { useScores } from "./run-queries.ts";
import type { Part, TrainingForm } from "./training-form.ts";

export function RowsPanel({ form, change }: Part) {
  const { data: datasets } = useDatasets();
  const found = tableOf(datasets, form.rows);
  const columns = found?.table.columns.map(({ name }) => name) ?? [];
  const classes = found?.table.classes?.map(({ name }) => name) ?? [];
  const labelHint = found?.dataset.label ?? "label";
  return (
    <Panel title="Rows">
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="sm">
            <RowsChoice label="Learn from" value={form.rows} onChange={(rows) => change({ rows })} />
            {found?.table.classes !== undefined && (
              <Text size="sm" c="dimmed" className="foreign">
                {count(found.table.classes.length)} labels:{" "}
                {found.table.classes
                  .slice(0, 8)
                  .map(({ name, rows }) => `${name} ${count(rows)}`)
                  .join(", ")}
                {found.table.classes.length > 8 && " …"}
              </Text>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="sm">
            {columns.length > 0 ? (
              <Select
                label="Label column"
                placeholder={labelHint}
                searchable
                clearable
                data={columns}
                value={form.label || null}
                onChange={(label) => change({ label: label ?? "" })}
              />
            ) : (
              <TextInput
                label="Label column"
                placeholder="label"
                value={form.label}
                onChange={(event) => change({ label: event.currentTarget.value })}
              />
            )}
            <Select
              label="Labels to classes"
              allowDeselect={false}
              value={form.labelMap}
              onChange={(value) => change({ labelMap: value as TrainingForm["labelMap"] })}
              data={[
                { value: "none", label: "As they are" },
                { value: "kdd5", label: "Five groups of KDD99: normal, dos, probe, r2l, u2r" },
                { value: "own", label: "A class for each label" },
              ]}
            />
            {form.labelMap === "own" && (
              <Textarea
                label="Classes"
                description="LABEL=CLASS, one a line"
                autosize
                minRows={3}
                value={form.ownMap}
                onChange={(event) => change({ ownMap: event.currentTarget.value })}
              />
            )}
            <TagsInput
              label="Classes that are no attack"
              description="By their names unless given: normal, benign and the like."
              data={classes}
              value={form.benign}
              onChange={(benign) => change({ benign })}
            />
          </Stack>
        </Grid.Col>
      </Grid>
    </Panel>
  );
}

export function JudgingPanel({ form, change }: Part) {
  const { data: known } = useScores();
  const { data: datasets } = useDatasets();
  const columns = tableOf(datasets, form.rows)?.table.columns.map(({ name }) => name) ?? [];
  return (
    <Panel title="Judging and searching">
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="sm">
            <SegmentedControl
              aria-label="Judged on"
              value={form.judging}
              onChange={(value) => change({ judging: value as TrainingForm["judging"] })}
              data={[
                { value: "cv", label: "Folds" },
                { value: "holdout", label: "Held out" },
                { value: "none", label: "Not judged" },
              ]}
            />
            {form.judging === "cv" && (
              <NumberInput
                label="Folds"
                min={2}
                max={100}
                value={form.folds}
                onChange={(value) => typeof value === "number" && change({ folds: value })}
              />
            )}
            {form.judging === "holdout" && (
              <NumberInput
                label="Share held out"
                suffix=" %"
                min={1}
                max={90}
                value={form.holdout * 100}
                onChange={(value) =>
                  typeof value === "number" && value > 0 && change({ holdout: value / 100 })
                }
              />
            )}
            {form.judging === "none" ? (
              <Text size="sm" c="dimmed">
                One learner learns from all rows, and nothing says how good it is until it is evaluated.
              </Text>
            ) : (
              <>
                <Select
                  label="Chosen by"
                  placeholder="macro F1; ROC AUC where a learner knows benign rows only"
                  clearable
                  data={known?.scores.map(({ id, title }) => ({ value: id, label: title })) ?? []}
                  value={form.metric}
                  onChange={(metric) => change({ metric })}
                />
                <Select
                  label="Rows kept together"
                  description="Rows with one value of this column stay in one fold; of times, each fold is judged by what came before."
                  placeholder={columns.length === 0 ? "choose a data set first" : "none"}
                  clearable
                  searchable
                  data={columns}
                  value={form.cvBy || null}
                  onChange={(cvBy) => change({ cvBy: cvBy ?? "" })}
                />
              </>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="sm">
            <Select
              label="Search"
              description="Where to look is told at each parameter, unless you say it here."
              allowDeselect={false}
              value={form.search}
              onChange={(value) => change({ search: value as TrainingForm["search"] })}
              data={[
                { value: "none", label: "None: parameters as they are set" },
                { value: "grid", label: "Grid: every combination" },
                { value: "random", label: "Random: draws" },
                { value: "halving", label: "Halving: the better third goes on with more rows" },
              ]}
            />
            {(form.search === "random" || form.search === "halving") && (
              <NumberInput
                label="Draws for each learner"
                placeholder="16"
                min={1}
                max={10_000}
                value={form.trials ?? ""}
                onChange={(value) => change({ trials: typeof value === "number" ? value : undefined })}
              />
            )}
            {form.search !== "none" && (
              <Textarea
                label="Where to look"
                description="One a line: maxDepth=4,8,16, learningRate=0.01..0.3:log, tree.maxDepth=4..20"
                autosize
                minRows={2}
                value={form.grid}
                onChange={(event) => change({ grid: event.currentTarget.value })}
              />
            )}
          </Stack>
        </Grid.Col>
      </Grid>
    </Panel>
  );
}

export function StepsPanel({ form, change }: Part) {
  const { data: datasets } = useDatasets();
  const columns = tableOf(datasets, form.rows)?.table.columns.map(({ name }) => name) ?? [];
  return (
    <Accordion variant="contained" bg="var(--console-panel)">
      <Accordion.Item value="steps">
        <Accordion.Control>Steps around the learner, columns, early stopping, seed</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }} spacing="md">
            <TextInput
              label="Selection of columns"
              placeholder="variance:0,correlation:0.95,anova:10"
              description="Steps that leave columns out, fitted within each fold."
              value={form.select}
              onChange={(event) => change({ select: event.currentTarget.value })}
            />
            <Select
              label="Calibration"
              description="Makes probabilities honest on a fifth of the rows, kept aside."
              placeholder="none"
              clearable
              data={["platt", "isotonic", "temperature"]}
              value={form.calibrate}
              onChange={(calibrate) => change({ calibrate })}
            />
            <Select
              label="What is unknown"
              description="Learns to say that a row is like nothing seen."
              placeholder="not told"
              clearable
              data={["conformal", "density"]}
              value={form.unknown}
              onChange={(unknown) => change({ unknown })}
            />
            {form.unknown !== null && (
              <NumberInput
                label="Coverage"
                description="Share of known rows that are to be called known."
                placeholder="0.99"
                min={0.01}
                max={0.999}
                step={0.01}
                value={form.coverage ?? ""}
                onChange={(value) => change({ coverage: typeof value === "number" ? value : undefined })}
              />
            )}
            <TagsInput
              label="Columns left out"
              data={columns}
              value={form.exclude}
              onChange={(exclude) => change({ exclude })}
            />
            <TagsInput
              label="Columns taken in"
              description="Although they look like identifiers."
              data={columns}
              value={form.include}
              onChange={(include) => change({ include })}
            />
            <TextInput
              label="Column of weights"
              placeholder="weight, where there is one"
              value={form.weights}
              onChange={(event) => change({ weights: event.currentTarget.value })}
            />
            <NumberInput
              label="Seed"
              placeholder="1"
              allowDecimal={false}
              value={form.seed ?? ""}
              onChange={(value) => change({ seed: typeof value === "number" ? value : undefined })}
            />
            <NumberInput
              label="Rows at the most"
              placeholder="all"
              min={1}
              allowDecimal={false}
              thousandSeparator=","
              value={form.limit ?? ""}
              onChange={(value) => change({ limit: typeof value === "number" ? value : undefined })}
            />
            <RowsChoice
              label="Stop early on"
              value={form.validation}
              onChange={(validation) => change({ validation })}
            />
          </SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
