// Fields of a learner's parameters, made from its table: a number with its range, a choice, a switch or a text, each with its default
// and what it means.

import {
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import {
  type Learner,
  type Parameter,
  problemOf,
  rangeText,
  searchText,
  type Value,
} from "./training-form.ts";

export function ParameterFields({
  learner,
  values,
  onChange,
}: {
  learner: Learner;
  values: Record<string, Value>;
  onChange: (values: Record<string, Value>) => void;
}) {
  const change = (parameter: Parameter, value: Value): void => {
    const { [parameter.name]: _, ...others } = values;
    onChange(value === parameter.default ? others : { ...others, [parameter.name]: value });
  };
  const changed = Object.keys(values).length;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {learner.description}.
        </Text>
        {changed > 0 && (
          <Button size="compact-xs" variant="default" onClick={() => onChange({})}>
            Defaults ({changed} changed)
          </Button>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }} spacing="md" verticalSpacing="sm">
        {learner.parameters.map((parameter) => (
          <Field
            key={parameter.name}
            learner={learner.id}
            parameter={parameter}
            value={values[parameter.name] ?? parameter.default}
            onChange={(value) => change(parameter, value)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

interface FieldProps {
  learner: string;
  parameter: Parameter;
  value: Value;
  onChange: (value: Value) => void;
}

function Field({ learner, parameter, value, onChange }: FieldProps) {
  const { name, type, choices = [], minimum, maximum } = parameter;
  const label = value === parameter.default ? name : `${name} (changed)`;
  const shared = {
    label,
    description: noteOf(parameter),
    error: problemOf(parameter, value),
    name: `${learner}.${name}`,
    inputWrapperOrder: ["label" as const, "input" as const, "error" as const, "description" as const],
  };
  switch (type) {
    case "integer":
    case "number":
      return (
        <NumberInput
          {...shared}
          value={value as number}
          min={minimum}
          max={maximum}
          clampBehavior="none"
          allowDecimal={type === "number"}
          stepHoldDelay={400}
          stepHoldInterval={80}
          onChange={(given) => onChange(given)}
        />
      );
    case "boolean":
      return (
        <Switch
          label={label}
          description={shared.description}
          name={shared.name}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          {...shared}
          data={[...choices]}
          value={String(value)}
          allowDeselect={false}
          onChange={(given) => given !== null && onChange(given)}
        />
      );
    case "text":
      return (
        <TextInput
          {...shared}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function noteOf(parameter: Parameter): string {
  const { type, description, form } = parameter;
  const range =
    type === "integer" || type === "number"
      ? ` ${rangeText(parameter)};`
      : form === undefined
        ? ""
        : ` ${form};`;
  const searched = searchText(parameter);
  return `${description}.${range} default ${parameter.default}${searched === undefined ? "" : `; searched: ${searched}`}`;
}
