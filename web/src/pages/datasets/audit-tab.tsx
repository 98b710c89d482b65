// What makes scores on a data set untrue: findings by severity, in the words of the audit, with what to do.

import { Badge, Group, Stack, Text } from "@mantine/core";
import { count, percent } from "../../parts/format.ts";
import { Figure, Panel } from "../../parts/page.tsx";
import { Empty } from "../../parts/states.tsx";
import { ReportJob } from "./report-job.tsx";
import type { Audit, Finding, Manifest, Severity } from "./types.ts";

const COLOURS: Record<Severity, string> = { error: "red", warning: "orange", info: "gray" };
const WORDS: Record<Severity, string> = {
  error: "scores mean little",
  warning: "may flatter or spoil scores",
  info: "worth knowing",
};
const WORST_FIRST: readonly Severity[] = ["error", "warning", "info"];

export function AuditTab({ set }: { set: Manifest }) {
  return (
    <Panel title="Audit" note="Looks for leaks, repeats, shortcuts, and columns that tell rows apart.">
      <ReportJob<Audit>
        kind="audit"
        reference={set.name}
        request={{ training: { dataset: set.name } }}
        since={set.created}
        description="An audit tells what a score on these rows would be worth. With a split, training and test are held against each other."
      >
        {(audit) => <Report audit={audit} />}
      </ReportJob>
    </Panel>
  );
}

function Report({ audit }: { audit: Audit }) {
  const { training, test, majority, counts, findings, skipped, sample } = audit;
  return (
    <Stack gap="md">
      <Group gap="xl" align="flex-start">
        {WORST_FIRST.map((severity) => (
          <Figure key={severity} label={severity} value={count(counts[severity])} note={WORDS[severity]} />
        ))}
        <Figure
          label={test === undefined ? "Rows" : "Training rows"}
          value={count(training.rows)}
          note={`${count(training.features)} features`}
        />
        {test !== undefined && <Figure label="Test rows" value={count(test.rows)} />}
        {majority !== undefined && (
          <Figure
            label="Always the commonest class"
            value={percent(majority.accuracy)}
            note={`right by always saying ${majority.className}`}
          />
        )}
      </Group>
      {findings.length === 0 ? (
        <Empty title="The audit found nothing" />
      ) : (
        findings.map((finding) => <OneFinding key={`${finding.code} ${finding.message}`} finding={finding} />)
      )}
      {skipped.map((what) => (
        <Text key={what} size="sm" c="dimmed" className="foreign">
          Not looked into: {what}
        </Text>
      ))}
      <Text size="xs" c="dimmed">
        Columns were judged by {count(sample.trainingRows)} rows, drawn with seed {sample.seed}.
      </Text>
    </Stack>
  );
}

function OneFinding({ finding }: { finding: Finding }) {
  const { severity, code, message, advice, papers } = finding;
  return (
    <article aria-label={code}>
      <Group gap={8} mb={2}>
        <Badge color={COLOURS[severity]} variant="light" radius="sm" tt="none" c="var(--mantine-color-text)">
          {severity}
        </Badge>
        <Text size="sm" fw={600} span>
          {code}
        </Text>
      </Group>
      <Text size="sm" className="foreign">
        {message}
      </Text>
      <Text size="sm" c="dimmed" className="foreign">
        {advice}
      </Text>
      <Text size="xs" c="dimmed" className="foreign" mt={2}>
        {papers.join(" · ")}
      </Text>
    </article>
  );
}
