import { ParticipantModule, participantServer } from '@onward/participant';
import { bootstrap, databaseConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig } from '@onward/platform';
import { onSettings } from '../load/child.js';
import { benchContract } from './generated/index.js';
import { WorkCommands } from './work-commands.js';

// A participant like any other, with nothing of its own to do: its inbox is all that it writes.
onSettings(() =>
  bootstrap({
    name: benchContract.service,
    config: { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, topology: topologyConfig, group: groupConfig },
    module: (context) => ParticipantModule.forRoot(context, { contract: benchContract, handlers: [WorkCommands], migrations: [] }),
    start: (app) => {
      app.connectMicroservice({ strategy: participantServer(app) });
    },
  }),
);
