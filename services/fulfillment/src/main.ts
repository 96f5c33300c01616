import { fileURLToPath } from 'node:url';
import { fulfillmentContract } from '@onward/contracts';
import { ParticipantModule, participantServer } from '@onward/participant';
import { bootstrap, databaseConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig } from '@onward/platform';
import { FulfillmentCommands } from './handlers/fulfillment-commands.js';
import { ShippingQuotes } from './handlers/shipping-quotes.js';

await bootstrap({
  name: fulfillmentContract.service,
  config: { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, topology: topologyConfig, group: groupConfig },
  module: (context) =>
    ParticipantModule.forRoot(context, {
      contract: fulfillmentContract,
      handlers: [FulfillmentCommands, ShippingQuotes],
      migrations: [fileURLToPath(new URL('../migrations/', import.meta.url))],
    }),
  start: (app) => {
    app.connectMicroservice({ strategy: participantServer(app) });
  },
});
