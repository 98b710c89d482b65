// The form of a row: a field for each column, found by a search and in groups where there are many. Values are kept as texts.

import {
  Accordion,
  Button,
  Checkbox,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { memo, useCallback, useMemo, useState } from "react";
import { figure } from "../../parts/format.ts";
import {
  exampleValues,
  fieldGroups,
  hasExample,
  matchingFields,
  type RowValues,
  valueProblem,
} from "./row-values.ts";
import type { Field } from "./types.ts";

/** More fields are searched. */
const SEARCHED_FROM = 12;

export interface RowFormProps {
  fields: readonly Field[];
  values: RowValues;
  onValues: (change: (before: RowValues) => RowValues) => void;
  isMissingAllowed: boolean;
  onMissingAllowed: (allowed: boolean) => void;
  isAsking: boolean;
  onAsk: () => void;
}

export function RowForm(props: RowFormProps) {
  const { fields, values, onValues, isMissingAllowed, onMissingAllowed, isAsking, onAsk } = props;
  const [search, setSearch] = useState("");
  const found = useMemo(() => matchingFields(fields, search), [fields, search]);
  const groups = useMemo(() => fieldGroups(fields), [fields]);
  const empty = fields.filter(({ name }) => (values[name] ?? "").trim() === "").length;
  const wrong = fields.filter((field) => valueProblem(field, values[field.name] ?? "") !== undefined);
  const set = useCallback(
    (name: string, value: string) => onValues((before) => ({ ...before, [name]: value })),
    [onValues],
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0) onAsk();
      }}
      noValidate
      aria-label="The row"
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Button type="submit" loading={isAsking} disabled={wrong.length > 0}>
            Judge the row
          </Button>
          {hasExample(fields) && (
            <Button variant="default" onClick={() => onValues(() => exampleValues(fields))}>
              Fill in the example
            </Button>
          )}
          <Button variant="default" onClick={() => onValues(() => ({}))}>
            Empty
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {hasExample(fields)
            ? "The example is a request of a web page and its answer, as it was metered from a capture."
            : "The model has columns of its own, of which no example is known."}
        </Text>
        <Group justify="space-between" gap="xs">
          <Checkbox
            label="Take empty fields as missing"
            checked={isMissingAllowed}
            onChange={(event) => onMissingAllowed(event.currentTarget.checked)}
          />
          <Text size="sm" c="dimmed" role="status">
            {empty === 0 ? "All fields are filled in" : `${empty} of ${fields.length} are empty`}
            {wrong.length > 0 && `, ${wrong.length} wrong`}
          </Text>
        </Group>
        {fields.length >= SEARCHED_FROM && (
          <TextInput
            aria-label="Find a field"
            placeholder="Find a field by name, unit or meaning"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        {search.trim() !== "" ? (
          found.length === 0 ? (
            <Text size="sm" c="dimmed">
              No field matches
            </Text>
          ) : (
            <FieldGrid fields={found} values={values} onValue={set} />
          )
        ) : groups.length === 1 ? (
          <FieldGrid fields={fields} values={values} onValue={set} />
        ) : (
          <Accordion multiple variant="separated" defaultValue={[groups[0].title]}>
            {groups.map(({ title, fields: some }) => (
              <Accordion.Item key={title} value={title}>
                <Accordion.Control>
                  <Text size="sm" fw={600} span>
                    {title}
                  </Text>{" "}
                  <Text size="sm" c="dimmed" span>
                    {some.length} fields
                  </Text>
                </Accordion.Control>
                <Accordion.Panel>
                  <FieldGrid fields={some} values={values} onValue={set} />
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </Stack>
    </form>
  );
}

interface FieldGridProps {
  fields: readonly Field[];
  values: RowValues;
  onValue: (name: string, value: string) => void;
}

function FieldGrid({ fields, values, onValue }: FieldGridProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {fields.map((field) => (
        <FieldInput key={field.name} field={field} value={values[field.name] ?? ""} onValue={onValue} />
      ))}
    </SimpleGrid>
  );
}

interface FieldInputProps {
  field: Field;
  value: string;
  onValue: (name: string, value: string) => void;
}

const FieldInput = memo(function FieldInput({ field, value, onValue }: FieldInputProps) {
  const { name, kind, unit, categories, usual } = field;
  const range =
    usual === undefined || usual.low === usual.high
      ? ""
      : `usual ${figure(usual.low)} to ${figure(usual.high)}`;
  const shared = {
    label: name,
    description: [field.description, [unit, range].filter(Boolean).join(", ")].filter(Boolean).join(" · "),
    // Descriptions below, so that fields beside each other stand in line.
    inputWrapperOrder: ["label", "input", "description", "error"] as (
      | "label"
      | "input"
      | "description"
      | "error"
    )[],
    styles: { label: { overflowWrap: "anywhere" as const } },
  };
  if (kind === "categorical")
    return (
      <Select
        {...shared}
        data={[...new Set(value === "" || categories.includes(value) ? categories : [...categories, value])]}
        value={value === "" ? null : value}
        placeholder="missing"
        searchable
        clearable
        clearButtonProps={{ "aria-label": `Empty ${name}` }}
        onChange={(chosen) => onValue(name, chosen ?? "")}
      />
    );
  return (
    <TextInput
      {...shared}
      inputMode="decimal"
      placeholder="missing"
      value={value}
      error={valueProblem(field, value)}
      onChange={(event) => onValue(name, event.currentTarget.value)}
    />
  );
});
