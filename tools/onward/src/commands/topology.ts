import type { Command } from 'commander';
import { KafkaCluster, PARTITIONS_DEFAULT, applyTopology, connectAdmin, diffTopology, loadTopology, type TopologyDiff, type WantedTopology } from '@onward/kafka';
import { loadConfig, topologyConfig } from '@onward/platform/config';
import type { CliContext, GlobalOptions } from '../context.js';
import { positiveInteger } from '../option-parsers.js';
import type { Output } from '../output.js';
import { table } from '../text/table.js';

interface TopologyOptions extends GlobalOptions {
  readonly topology?: readonly string[];
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** `onward topology diff` and `onward topology apply`. */
export function addTopologyCommands(program: Command, context: CliContext): void {
  const topology = program.command('topology').description('topics and rights: compare the cluster with the topology files, make what is missing');
  withOptions(topology.command('diff').description('show which topics and rights are missing or differ; changes nothing')).action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<TopologyOptions>();
    await withAdmin(context, async (admin) => {
      showDiff(context.output(options), await diffTopology(admin, wanted(context, options)), false);
    });
  });
  withOptions(topology.command('apply').description('make the missing topics and rights; never changes or deletes what exists')).action(async (_options, command: Command) => {
    const options = command.optsWithGlobals<TopologyOptions>();
    await withAdmin(context, async (admin) => {
      showDiff(context.output(options), await applyTopology(admin, wanted(context, options)), true);
    });
  });
}

function withOptions(command: Command): Command {
  return command
    .option('--topology <file...>', 'topology files (default: ONWARD_TOPOLOGY, else schemas/topology.yaml)')
    .option('--partitions <count>', 'partitions of each topic but the audit log; fixed for ever once made', positiveInteger, PARTITIONS_DEFAULT)
    .option('--replication-factor <count>', 'copies of each partition', positiveInteger, 1);
}

function wanted(context: CliContext, options: TopologyOptions): WantedTopology {
  const files = options.topology ?? loadConfig({ topology: topologyConfig }, context.environment).topology.files;
  const topology = loadTopology(files);
  return { topics: topology.topics(options.partitions, options.replicationFactor), acls: topology.acls() };
}

async function withAdmin(context: CliContext, act: (admin: Awaited<ReturnType<typeof connectAdmin>>) => Promise<void>): Promise<void> {
  const connection = context.settings.kafka('admin');
  // The administration client tries for long before it says that nobody answers: ask once first.
  (await KafkaCluster.connect(connection)).disconnect();
  const admin = await connectAdmin(connection);
  try {
    await act(admin);
  } finally {
    await admin.disconnect();
  }
}

function showDiff(output: Output, diff: TopologyDiff, applied: boolean): void {
  output.object({
    applied,
    missingTopics: diff.missingTopics.map(({ name, partitions, replicationFactor }) => ({ name, partitions, replicationFactor })),
    missingAcls: diff.missingAcls,
    differing: diff.differing,
    unexpectedAcls: diff.unexpectedAcls,
  });
  const made = applied ? 'made' : 'missing';
  const section = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): void => {
    if (rows.length === 0) return;
    output.text(`${title}:`);
    for (const line of table(head, rows)) output.text(`  ${line}`);
  };
  section(`topics ${made}`, ['TOPIC', 'PARTITIONS', 'COPIES'], diff.missingTopics.map((topic) => [topic.name, String(topic.partitions), String(topic.replicationFactor)]));
  section(`rights ${made}`, ['PRINCIPAL', 'MAY', 'ON'], diff.missingAcls.map((acl) => [acl.principal, acl.operation, `${acl.resourceType} ${acl.resourceName}${acl.pattern === 'prefixed' ? '*' : ''}`]));
  section('topics that differ (left as they are)', ['TOPIC', 'WHAT', 'DECLARED', 'FOUND'], diff.differing.map((entry) => [entry.topic, entry.what, entry.wanted, entry.found]));
  section('rights that nobody declared (left as they are)', ['PRINCIPAL', 'MAY', 'ON TOPIC'], diff.unexpectedAcls.map((acl) => [acl.principal, acl.operation.toLowerCase(), acl.topic]));
  const differences = diff.differing.length + diff.unexpectedAcls.length;
  if (diff.missingTopics.length + diff.missingAcls.length === 0) output.text(differences === 0 ? 'The cluster is as the topology says.' : 'Nothing is missing.');
}
