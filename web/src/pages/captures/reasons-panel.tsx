// Why a flow got its class: what each column added to the score, with the raw values; the questions of the tree that said most;
// and all that the model saw.

import { Button, Group, SimpleGrid, Table, Text } from "@mantine/core";
import { useState } from "react";
import { BarList } from "../../parts/bar-list.tsx";
import { count, percent } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import type { FlowFacts } from "./flow.tsx";

const COLOURS = { towards: "var(--mantine-color-petrol-7)", away: "var(--mantine-color-orange-8)" } as const;

/** How contributions were computed, in words. */
const METHODS: Readonly<Record<string, string>> = {
  shapley: "exact Shapley values",
  interventional: "exact Shapley values against background rows",
  path: "changes along the decision paths",
  additive: "what each column adds, exactly",
  permutation: "Shapley values, sampled",
};

export function ReasonsPanel({ flow }: { flow: FlowFacts }) {
  const { explanation } = flow;
  const { contributions, others, bias, sum, scale, method } = explanation;
  const bars = contributions.map(({ column, amount, text }) => ({
    key: column,
    label: <span className="mono">{column}</span>,
    note: text,
    value: amount,
    text: signed(amount),
    colour: amount < 0 ? COLOURS.away : COLOURS.towards,
  }));
  const rest = {
    key: " rest",
    label: `${others.columns} other columns`,
    value: others.amount,
    text: signed(others.amount),
    colour: others.amount < 0 ? COLOURS.away : COLOURS.towards,
  };
  return (
    <SimpleGrid cols={{ base: 1, lg: explanation.decisions === undefined ? 1 : 2 }} spacing="md">
      <Panel
        title={`Why ${explanation.class}`}
        note={
          <>
            What each column added, in {scale}: {METHODS[method] ?? method}. {signed(bias)} without knowing
            anything, {signed(sum)} in all{explanation.uncalibrated ? ", before calibration" : ""}.
          </>
        }
      >
        <BarList
          label="Contributions of the columns"
          bars={others.columns > 0 ? [...bars, rest] : bars}
          isSigned
        />
      </Panel>
      {explanation.decisions !== undefined && <DecisionsPanel decisions={explanation.decisions} />}
    </SimpleGrid>
  );
}

function DecisionsPanel({ decisions }: { decisions: NonNullable<FlowFacts["explanation"]["decisions"]> }) {
  const [path] = decisions.paths;
  if (path === undefined) return null;
  /** Shares of a class, or what is added to a score. */
  const told = decisions.scale === "probability" ? (share: number) => percent(share) : signed;
  return (
    <Panel
      title="Decision path"
      note={`The questions of the tree that said most: number ${path.tree} of ${decisions.trees} of this class. Before them ${told(path.before)}, behind them ${told(path.after)} (${decisions.scale}).`}
    >
      <Table.ScrollContainer
        minWidth={560}
        scrollAreaProps={{ offsetScrollbars: "present", viewportProps: { tabIndex: 0 } }}
      >
        <Table aria-label="Decision path">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Question</Table.Th>
              <Table.Th>Here</Table.Th>
              <Table.Th>Answer</Table.Th>
              <Table.Th ta="right">After it</Table.Th>
              <Table.Th ta="right">Training rows</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {path.decisions.map(({ question, value, answer, after, rows }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a path has its order, and nothing else
              <Table.Tr key={index}>
                <Table.Td miw={220}>
                  <Text size="sm" className="mono foreign">
                    {question}
                  </Text>
                </Table.Td>
                <Table.Td style={{ whiteSpace: "nowrap" }}>{value}</Table.Td>
                <Table.Td>{answer}</Table.Td>
                <Table.Td className="number">{told(after)}</Table.Td>
                <Table.Td className="number">{count(rows)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

export function ValuesPanel({ flow }: { flow: FlowFacts }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Panel
      title="What the model saw"
      note={`All ${flow.values.length} columns, as they were measured`}
      actions={
        <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide" : "Show"}
        </Button>
      }
    >
      {isOpen && (
        <SimpleGrid component="dl" cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg" verticalSpacing={4} m={0}>
          {flow.values.map(({ column, text }) => (
            <Group key={column} justify="space-between" wrap="nowrap" gap="xs">
              <Text component="dt" size="sm" className="mono foreign">
                {column}
              </Text>
              <Text component="dd" size="sm" m={0} ta="right" className="foreign">
                {text}
              </Text>
            </Group>
          ))}
        </SimpleGrid>
      )}
    </Panel>
  );
}

function signed(amount: number): string {
  return `${amount < 0 ? "−" : "+"}${Math.abs(amount).toFixed(3)}`;
}
