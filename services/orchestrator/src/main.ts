import { bootstrap, dataDirConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig } from '@onward/platform';
import { shortenWaits } from '@onward/saga';
import { sagasConfig, snapshotConfig, waitsConfig } from './config.js';
import { startSagaLane } from './lane/start-lane.js';
import { loadPlans } from './sagas/load-plans.js';
import { laneObserver } from './lane/lane-observer.js';
import { OrchestratorModule } from './orchestrator.module.js';

const DOMAIN = 'orders';

await bootstrap({
  name: DOMAIN,
  config: { kafka: kafkaConfig, registry: registryConfig, topology: topologyConfig, data: dataDirConfig, sagas: sagasConfig, snapshot: snapshotConfig, waits: waitsConfig, group: groupConfig },
  module: () => OrchestratorModule,
  start: async (_app, { config, logger, metrics, lifecycle, fail }) => {
    const observer = laneObserver(logger, metrics, fail);
    const lane = await startSagaLane(
      {
        domain: DOMAIN,
        instance: config.service.instance,
        kafka: config.kafka,
        registry: config.registry,
        topologyFiles: config.topology.files,
        dataDirectory: config.data.dataDir,
        plans: (await loadPlans(config.sagas.modules)).map((plan) => shortenWaits(plan, config.waits.divisor)),
        sessionTimeoutMs: config.group.sessionTimeoutMs,
        partitionCount: config.group.partitions,
        snapshotBytesMax: config.snapshot.bytesMax,
      },
      metrics,
      observer,
    );
    lifecycle.onStop('lane', () => lane.stop());
  },
});
