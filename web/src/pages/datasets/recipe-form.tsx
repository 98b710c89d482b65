// A recipe as a form: what it is made of, and its steps in order, each with its options. Every change is one of the text.

import {
  Accordion,
  ActionIcon,
  Badge,
  Button,
  Fieldset,
  Group,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import {
  type ReadRecipe,
  withMember,
  withNewStep,
  withoutStep,
  withStep,
  withStepAt,
} from "./recipe-text.ts";
import { SchemaForm } from "./schema-form.tsx";
import { newOptions, type Schema, shortOptions, wholeOptions } from "./schema-form-model.ts";
import type { Manifest } from "./types.ts";

interface StepFacts {
  name: string;
  summary: string;
  form?: unknown;
}

export interface RecipeFormProps {
  text: string;
  recipe: ReadRecipe;
  /** The text cannot be read: nothing of it can be changed here. */
  isFrozen: boolean;
  onText: (text: string) => void;
  steps: readonly StepFacts[];
  sets: readonly Manifest[];
  /** What each step learns from rows. */
  learns: readonly (string | null)[];
}

export function RecipeForm(props: RecipeFormProps) {
  const { text, recipe, isFrozen, onText, steps, sets, learns } = props;
  const columns = useMemo(() => columnsOf(recipe.sources, sets), [recipe.sources, sets]);
  return (
    <Fieldset disabled={isFrozen} p={0} bd={0} bg="transparent" aria-label="The recipe">
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TagsInput
            label="Made of"
            description="Data sets, their tables and parts: nsl, nsl:full, nsl@train"
            data={references(sets)}
            value={recipe.sources}
            onChange={(sources) => onText(withMember(text, "sources", sources))}
            clearable
            clearButtonProps={{ "aria-label": "Made of none" }}
          />
          <TextInput
            label="Name"
            description="Of the new data set"
            value={recipe.name ?? ""}
            onChange={(event) => onText(withMember(text, "name", event.currentTarget.value || undefined))}
          />
          <TextInput
            label="Column of labels"
            description="That of the sources unless given"
            value={recipe.label ?? ""}
            onChange={(event) => onText(withMember(text, "label", event.currentTarget.value || undefined))}
          />
          <Select
            label="Columns of several sources"
            description="All of them, or those that each source has"
            placeholder="usually union"
            data={["union", "common"]}
            value={recipe.columns ?? null}
            clearable
            clearButtonProps={{ "aria-label": "As usual" }}
            onChange={(value) => onText(withMember(text, "columns", value ?? undefined))}
          />
        </SimpleGrid>
        <Text fw={600} component="h3" fz="md">
          Steps
        </Text>
        {recipe.steps.length === 0 ? (
          <Text size="sm" c="dimmed">
            No steps yet: the rows stay as they are.
          </Text>
        ) : (
          <Accordion multiple variant="separated" order={4}>
            {recipe.steps.map((step, at) => (
              <StepItem
                // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
                key={`${at} ${step.name}`}
                {...props}
                at={at}
                facts={steps.find(({ name }) => name === step.name)}
                columns={columns}
                learns={learns[at] ?? null}
              />
            ))}
          </Accordion>
        )}
        <NewStep steps={steps} onAdd={(name) => onText(withAddedStep(text, name, steps))} />
      </Stack>
    </Fieldset>
  );
}

function withAddedStep(text: string, name: string, steps: readonly StepFacts[]): string {
  const schema = (steps.find((one) => one.name === name)?.form ?? {}) as Schema;
  const options = shortOptions(schema, newOptions(schema));
  const isBare = typeof options === "object" && options !== null && Object.keys(options).length === 0;
  // Most steps that need nothing are told to drop.
  return withNewStep(text, { name, options: isBare && name === "duplicates" ? "drop" : options });
}

interface StepItemProps extends Omit<RecipeFormProps, "learns"> {
  at: number;
  facts: StepFacts | undefined;
  columns: readonly string[];
  learns: string | null;
}

function StepItem({ text, recipe, onText, at, facts, columns, learns }: StepItemProps) {
  const { name, options } = recipe.steps[at];
  const schema = (facts?.form ?? {}) as Schema;
  const whole = wholeOptions(schema, options);
  return (
    <Accordion.Item value={`${at}-${name.replaceAll(/\W+/g, "-")}`}>
      <Group gap={4} wrap="nowrap" pr="xs">
        <Accordion.Control>
          <Group gap={8}>
            <Text size="sm" span c="dimmed">
              {at + 1}
            </Text>
            <Text size="sm" span fw={600} className="foreign">
              {name}
            </Text>
            <Text size="sm" span c="dimmed" className="foreign">
              {summaryOf(options)}
            </Text>
            {learns !== null && (
              <Badge size="sm" variant="default" tt="none" radius="sm" fw={500}>
                learns {learns}
              </Badge>
            )}
          </Group>
        </Accordion.Control>
        <Move at={at} to={at - 1} name={name} text={text} recipe={recipe} onText={onText} />
        <Move at={at} to={at + 1} name={name} text={text} recipe={recipe} onText={onText} />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove step ${at + 1}, ${name}`}
          onClick={() => onText(withoutStep(text, at))}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      <Accordion.Panel>
        {facts === undefined ? (
          <Text size="sm">There is no such step.</Text>
        ) : (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              It {facts.summary}
            </Text>
            <SchemaForm
              schema={schema}
              value={whole}
              onValue={(next) => onText(withStep(text, at, { name, options: shortOptions(schema, next) }))}
              columns={columns}
            />
          </Stack>
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}

interface MoveProps extends Pick<RecipeFormProps, "text" | "recipe" | "onText"> {
  at: number;
  to: number;
  name: string;
}

function Move({ at, to, name, text, recipe, onText }: MoveProps) {
  const isUp = to < at;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`Move step ${at + 1}, ${name}, ${isUp ? "up" : "down"}`}
      disabled={to < 0 || to >= recipe.steps.length}
      onClick={() => onText(withStepAt(text, at, to))}
    >
      {isUp ? <IconArrowUp size={16} /> : <IconArrowDown size={16} />}
    </ActionIcon>
  );
}

function NewStep({ steps, onAdd }: { steps: readonly StepFacts[]; onAdd: (name: string) => void }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const facts = steps.find(({ name }) => name === chosen);
  return (
    <Group align="flex-start" gap="xs">
      <Select
        label="One more step"
        description={facts?.summary ?? "What is to be done behind the others"}
        data={steps.map(({ name }) => name)}
        value={chosen}
        onChange={setChosen}
        searchable
        style={{ flex: "1 1 220px" }}
        inputWrapperOrder={["label", "input", "description"]}
      />
      <Button
        mt={24}
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={chosen === null}
        onClick={() => {
          if (chosen !== null) onAdd(chosen);
          setChosen(null);
        }}
      >
        Add
      </Button>
    </Group>
  );
}

const SUMMARY_MAX = 70;

function summaryOf(options: unknown): string {
  if (options === undefined || options === null) return "";
  const text =
    typeof options === "object"
      ? JSON.stringify(options)
          .replaceAll(/["{}[\]]/g, "")
          .replaceAll(",", ", ")
          .replaceAll(":", ": ")
      : String(options);
  return text.length > SUMMARY_MAX ? `${text.slice(0, SUMMARY_MAX - 1)}…` : text;
}

/** What a recipe may be made of. */
function references(sets: readonly Manifest[]): string[] {
  return sets.flatMap(({ name, table, tables, splits, split }) => [
    name,
    ...Object.keys(tables)
      .filter((one) => one !== table)
      .map((one) => `${name}:${one}`),
    ...(split === undefined ? [] : (splits[split]?.parts ?? []).map((part) => `${name}@${part.name}`)),
  ]);
}

function columnsOf(sources: readonly string[], sets: readonly Manifest[]): string[] {
  const names = sources.flatMap((source) => {
    const set = sets.find(({ name }) => name === source.replace(/[:@].*$/, ""));
    return (set?.tables[set.table].columns ?? []).map(({ name }) => name);
  });
  return [...new Set(names)];
}
