import { fileURLToPath } from 'node:url';
import { paymentContract } from '@onward/contracts';
import { ParticipantModule, participantServer } from '@onward/participant';
import { bootstrap, databaseConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig } from '@onward/platform';
import { PaymentCommands } from './handlers/payment-commands.js';
import { RiskCommands } from './handlers/risk-commands.js';

await bootstrap({
  name: paymentContract.service,
  config: { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, topology: topologyConfig, group: groupConfig },
  module: (context) =>
    ParticipantModule.forRoot(context, {
      contract: paymentContract,
      handlers: [PaymentCommands, RiskCommands],
      migrations: [fileURLToPath(new URL('../migrations/', import.meta.url))],
    }),
  start: (app) => {
    app.connectMicroservice({ strategy: participantServer(app) });
  },
});
