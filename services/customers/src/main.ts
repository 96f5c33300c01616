import { fileURLToPath } from 'node:url';
import { customersContract } from '@onward/contracts';
import { ParticipantModule, participantServer } from '@onward/participant';
import { bootstrap, databaseConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig } from '@onward/platform';
import { AccountCommands } from './handlers/account-commands.js';
import { Greetings } from './handlers/greetings.js';

await bootstrap({
  name: customersContract.service,
  config: { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, topology: topologyConfig, group: groupConfig },
  module: (context) =>
    ParticipantModule.forRoot(context, {
      contract: customersContract,
      handlers: [AccountCommands, Greetings],
      migrations: [fileURLToPath(new URL('../migrations/', import.meta.url))],
    }),
  start: (app) => {
    app.connectMicroservice({ strategy: participantServer(app) });
  },
});
