// The verdict of one row: its class, how sure that is, all probabilities, and what moved the score.

import { Alert, Group, Stack, Text, Title } from "@mantine/core";
import { BarList } from "../../parts/bar-list.tsx";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { figure, percent } from "../../parts/format.ts";
import { Figure } from "../../parts/page.tsx";
import { ATTACK, BENIGN } from "../../theme.ts";
import type { ModelFields, Reason, Verdict } from "./types.ts";

export function RowAnswer({ verdict, model }: { verdict: Verdict; model: ModelFields }) {
  const { class_label, confidence, attack, attack_probability, unknown, reasons = [] } = verdict;
  const isBenign = (name: string): boolean => model.benignClasses.includes(name);
  const probabilities = Object.entries(verdict.probabilities).sort(([, one], [, other]) => other - one);
  return (
    <Stack gap="md">
      <Group gap="xl" align="flex-start">
        <Figure label="Class" value={<ClassBadge name={class_label} attack={!isBenign(class_label)} />} />
        <Figure label="Probability" value={percent(confidence, 2)} note="of this class" />
        <Figure
          label="Attack"
          value={attack ? "yes" : "no"}
          note={`${percent(attack_probability, 2)}, from ${percent(model.threshold, 0)} on`}
        />
        {unknown !== undefined && (
          <Figure
            label="Unlike training"
            value={unknown ? "yes" : "no"}
            note={unknown ? "nothing in training was like it" : "training had such rows"}
          />
        )}
      </Group>
      <Remarks verdict={verdict} />
      <section>
        <Title order={3} fz="sm" mb={6}>
          Probabilities
        </Title>
        <BarList
          label="Probability of each class"
          full={1}
          bars={probabilities.map(([name, value]) => ({
            key: name,
            label: name,
            value,
            text: percent(value, 2),
            colour: isBenign(name) ? BENIGN : ATTACK,
          }))}
        />
      </section>
      {reasons.length > 0 && <Reasons reasons={reasons} className={class_label} />}
      <Text size="xs" c="dimmed" className="foreign">
        Answered by {verdict.model.name} {verdict.model.version}
      </Text>
    </Stack>
  );
}

function Remarks({ verdict }: { verdict: Verdict }) {
  const { ignored = [], unknown_categories = [] } = verdict;
  if (ignored.length === 0 && unknown_categories.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" title="Not all was taken as given">
      {unknown_categories.length > 0 && (
        <Text size="sm" className="foreign">
          The model does not know this category, so it was taken as missing: {unknown_categories.join(", ")}
        </Text>
      )}
      {ignored.length > 0 && (
        <Text size="sm" className="foreign">
          Means nothing to the model: {ignored.join(", ")}
        </Text>
      )}
    </Alert>
  );
}

function Reasons({ reasons, className }: { reasons: readonly Reason[]; className: string }) {
  return (
    <section>
      <Title order={3} fz="sm">
        Reasons
      </Title>
      <Text size="sm" c="dimmed" mb={6} className="foreign">
        What moved the score most: to the right towards {className}, to the left away from it.
      </Text>
      <BarList
        label="What each field added to the score"
        isSigned
        bars={reasons.map(({ feature, value, unit, amount }) => ({
          key: feature,
          label: feature,
          note: `= ${valueText(value)}${unit === "" ? "" : ` ${unit}`}`,
          value: amount,
          text: `${amount < 0 ? "−" : "+"}${figure(Number(Math.abs(amount).toPrecision(3)))}`,
          colour: amount < 0 ? "var(--mantine-color-gray-6)" : "var(--mantine-primary-color-filled)",
        }))}
      />
    </section>
  );
}

function valueText(value: Reason["value"]): string {
  if (value === null) return "missing";
  return typeof value === "number" ? figure(value) : value;
}
