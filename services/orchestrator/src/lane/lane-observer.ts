import { Counter, Gauge, Histogram, type Logger, type Metrics } from '@onward/platform';
import type { SagaLaneObserver } from './start-lane.js';

/**
 * What a lane tells, as log lines and metrics.
 * @param fail ends the service: a lane that has stopped for good does nothing for its process
 */
export function laneObserver(logger: Logger, registers: Metrics, fail: (error: unknown) => void): SagaLaneObserver {
  const into = [registers];
  const open = new Gauge({ name: 'onward_lane_partitions', help: 'Partitions that are open', registers: into });
  const stopped = new Gauge({ name: 'onward_lane_partitions_stopped', help: 'Partitions that are not read any more and wait for a person: an alarm', registers: into });
  const aside = new Counter({ name: 'onward_lane_timers_put_aside_total', help: 'Times that a saga was put aside because its timers fail: an alarm', registers: into });
  const transactions = new Counter({ name: 'onward_lane_transactions_total', help: 'Kafka transactions committed', registers: into });
  const inputs = new Histogram({ name: 'onward_lane_transaction_inputs', help: 'Inputs in one transaction', buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000], registers: into });
  const records = new Histogram({ name: 'onward_lane_transaction_records', help: 'Records written by one transaction', buckets: [1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], registers: into });
  const processSeconds = new Histogram({ name: 'onward_lane_process_seconds', help: 'Folding of one batch', buckets: SECONDS, registers: into });
  const commitSeconds = new Histogram({ name: 'onward_lane_commit_seconds', help: 'Writing and committing of one transaction', buckets: SECONDS, registers: into });
  const retries = new Counter({ name: 'onward_lane_retries_total', help: 'Failures after which the same is tried again', registers: into });
  return {
    partitionOpened: (partition) => {
      open.inc();
      logger.info({ partition }, 'partition opened');
    },
    partitionClosed: (partition) => {
      open.dec();
      logger.info({ partition }, 'partition closed');
    },
    restored: ({ withoutPlan, ...report }) => {
      logger.info(report, 'partition restored');
      for (const [plan, sagas] of withoutPlan) {
        logger.error({ partition: report.partition, plan, sagas: sagas.length }, 'sagas run on a plan that this build does not have: what comes for them is put aside until one that has it owns the partition');
      }
    },
    putAside: ({ error, ...saga }) => {
      aside.inc();
      logger.fatal({ err: error, ...saga }, 'the timers of a saga fail: it is put aside for a while, and waits for a person');
    },
    transactionCommitted: (transaction) => {
      transactions.inc();
      inputs.observe(transaction.inputs);
      records.observe(transaction.records);
      processSeconds.observe(transaction.processMs / 1000);
      commitSeconds.observe(transaction.commitMs / 1000);
    },
    quarantined: (record, reason) => logger.error({ topic: record.topic, partition: record.partition, offset: String(record.offset), ...reason }, 'record quarantined'),
    partitionStopped: (error) => {
      stopped.inc();
      logger.fatal({ err: error }, 'partition stopped: it waits for a person');
    },
    retrying: (error) => {
      retries.inc();
      logger.warn({ err: error }, 'failed, trying again');
    },
    failed: (error) => fail(error),
  };
}

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
