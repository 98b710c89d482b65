// A form that follows from a JSON Schema of options. Empty fields stand for what is usual, and are left out.

import {
  ActionIcon,
  Autocomplete,
  Checkbox,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { alternativesOf, defaultText, kindOf, labelOf, type Schema } from "./schema-form-model.ts";
import { YamlField } from "./yaml-field.tsx";

export interface SchemaFormProps {
  schema: Schema;
  value: unknown;
  onValue: (value: unknown) => void;
  /** Names to choose among where columns are meant. */
  columns: readonly string[];
}

export function SchemaForm({ schema, value, onValue, columns }: SchemaFormProps) {
  if (kindOf(schema) !== "other" || (schema.properties === undefined && schema.oneOf === undefined))
    return <Field name="columns" schema={schema} value={value} onValue={onValue} columns={columns} />;
  const options = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const alternatives = alternativesOf(schema, options);
  const { properties = {}, required = [] } = alternatives?.chosen ?? schema;
  const set = (name: string, next: unknown): void => {
    const { [name]: _, ...rest } = options;
    onValue(next === undefined ? rest : { ...options, [name]: next });
  };
  return (
    <Stack gap="sm">
      {alternatives !== undefined && (
        <Select
          label={labelOf(alternatives.key)}
          data={alternatives.names}
          value={String(options[alternatives.key] ?? alternatives.names[0])}
          allowDeselect={false}
          maw={260}
          // Options of another alternative would not be known to this one.
          onChange={(name) => onValue({ [alternatives.key]: name })}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {Object.entries(properties)
          .filter(([, one]) => kindOf(one) !== "fixed")
          .map(([name, one]) => (
            <Field
              key={name}
              name={name}
              schema={one}
              isRequired={required.includes(name) && one.default === undefined}
              value={options[name]}
              onValue={(next) => set(name, next)}
              columns={columns}
            />
          ))}
      </SimpleGrid>
    </Stack>
  );
}

interface FieldProps extends SchemaFormProps {
  name: string;
  isRequired?: boolean;
}

/** Options that name columns, by their names. */
const COLUMN_OPTIONS = ["column", "columns", "group", "label", "keep", "drop"];

function Field({ name, schema, isRequired = false, value, onValue, columns }: FieldProps) {
  const usual = defaultText(schema);
  const shared = {
    label: labelOf(name),
    description: schema.description,
    withAsterisk: isRequired,
    placeholder: usual === undefined ? undefined : `usually ${usual}`,
  };
  switch (kindOf(schema)) {
    case "fixed":
      return null;
    case "choice":
      return (
        <Select
          {...shared}
          data={[...(schema.enum ?? [])]}
          value={typeof value === "string" ? value : null}
          allowDeselect={!isRequired}
          clearable={!isRequired}
          clearButtonProps={{ "aria-label": `Empty ${shared.label}` }}
          onChange={(chosen) => onValue(chosen ?? undefined)}
        />
      );
    case "flag":
      return (
        <Checkbox
          label={shared.label}
          description={shared.description}
          checked={typeof value === "boolean" ? value : schema.default === true}
          onChange={(event) => onValue(event.currentTarget.checked)}
        />
      );
    case "whole":
    case "number":
      return (
        <NumberInput
          {...shared}
          allowDecimal={kindOf(schema) === "number"}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onValue(next === "" ? undefined : Number(next))}
        />
      );
    case "text-or-number":
      return (
        <TextInput
          {...shared}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => onValue(numberOrText(event.currentTarget.value))}
        />
      );
    case "text":
      return COLUMN_OPTIONS.includes(name) ? (
        <Autocomplete
          {...shared}
          data={[...new Set(columns)]}
          value={typeof value === "string" ? value : ""}
          onChange={(next) => onValue(next === "" ? undefined : next)}
        />
      ) : (
        <TextInput
          {...shared}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onValue(event.currentTarget.value || undefined)}
        />
      );
    case "texts":
      return (
        <TagsInput
          {...shared}
          description={shared.description ?? "Names; * stands for any characters"}
          data={COLUMN_OPTIONS.includes(name) ? [...new Set(columns)] : []}
          value={typeof value === "string" ? [value] : ((value as string[] | undefined) ?? [])}
          onChange={(next) => onValue(next.length === 0 && !isRequired ? undefined : next)}
          clearable
          clearButtonProps={{ "aria-label": `Empty ${shared.label}` }}
        />
      );
    case "pairs":
      return <Pairs name={name} schema={schema} value={value} onValue={onValue} columns={columns} />;
    case "other":
      return (
        <YamlField label={shared.label} description={schema.description} value={value} onValue={onValue} />
      );
  }
}

function numberOrText(text: string): string | number | undefined {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** Names, each with a value: columns and their new names, parts and their shares. */
function Pairs({ name, schema, value, onValue, columns }: FieldProps) {
  const inner = schema.additionalProperties as Schema;
  const usual = (schema.default ?? {}) as Record<string, unknown>;
  const pairs = Object.entries((value as Record<string, unknown> | undefined) ?? usual);
  const set = (next: [string, unknown][]): void => onValue(Object.fromEntries(next));
  const first = kindOf(inner) === "choice" ? inner.enum?.[0] : kindOf(inner) === "number" ? 10 : "";
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
      <Text size="sm" fw={500} component="legend">
        {labelOf(name)}
      </Text>
      {schema.description !== undefined && (
        <Text size="xs" c="dimmed">
          {schema.description}
        </Text>
      )}
      <Stack gap={6}>
        {pairs.map(([key, one], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is edited
          <Group key={at} gap={6} wrap="nowrap">
            <Autocomplete
              aria-label={`Name ${at + 1} of ${name}`}
              data={name === "parts" ? [] : [...new Set(columns)]}
              value={key}
              style={{ flex: 1 }}
              onChange={(next) => set(pairs.map((pair, index) => (index === at ? [next, pair[1]] : pair)))}
            />
            <PairValue
              label={`Value ${at + 1} of ${name}`}
              schema={inner}
              value={one}
              onValue={(next) => set(pairs.map((pair, index) => (index === at ? [pair[0], next] : pair)))}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Leave out ${key === "" ? `the pair ${at + 1}` : key}`}
              onClick={() => set(pairs.filter((_, index) => index !== at))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <ActionIcon
            variant="default"
            aria-label={`One more of ${name}`}
            disabled={pairs.some(([key]) => key === "")}
            onClick={() => set([...pairs, ["", first]])}
          >
            <IconPlus size={16} />
          </ActionIcon>
        </Group>
      </Stack>
    </fieldset>
  );
}

interface PairValueProps {
  label: string;
  schema: Schema;
  value: unknown;
  onValue: (value: unknown) => void;
}

function PairValue({ label, schema, value, onValue }: PairValueProps) {
  const shared = { "aria-label": label, style: { flex: 1 } };
  switch (kindOf(schema)) {
    case "choice":
      return (
        <Select
          {...shared}
          data={[...(schema.enum ?? [])]}
          value={String(value)}
          allowDeselect={false}
          onChange={onValue}
        />
      );
    case "number":
      return (
        <NumberInput
          {...shared}
          min={schema.minimum}
          max={schema.maximum}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onValue(Number(next) || 0)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          value={String(value ?? "")}
          onChange={(event) => onValue(event.currentTarget.value)}
        />
      );
  }
}
