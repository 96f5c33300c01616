import { fileURLToPath } from 'node:url';
import { ParticipantModule, participantServer } from '@onward/participant';
import { bootstrap, databaseConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig } from '@onward/platform';
import { mydeskContract } from './generated/index.js';
import { MydeskCommands } from './mydesk-commands.js';

await bootstrap({
  name: mydeskContract.service,
  config: { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, topology: topologyConfig, group: groupConfig },
  module: (context) =>
    ParticipantModule.forRoot(context, {
      contract: mydeskContract,
      handlers: [MydeskCommands],
      migrations: [fileURLToPath(new URL('../migrations/', import.meta.url))],
    }),
  start: (app) => {
    app.connectMicroservice({ strategy: participantServer(app) });
  },
});
