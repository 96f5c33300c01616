// Records histories of released plans from the sources as they are: `npm run golden -- --record place-order@1`.
import '../sim/sources.mjs';

await import('./record.ts');
