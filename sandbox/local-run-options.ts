import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import type { FunctionName } from "../functions/function-envs.ts";
import type { KeyPair } from "../shared/chinaums/auth/key-pair.ts";
import type { Endpoints } from "./function-environment.ts";
import type { LocalSettings } from "./stack/synthesized-template.ts";

export type LocalRunOptions = {
  /** Port of 127.0.0.1; 0 means any that is free. */
  readonly port: number;
  /** The folder of the database, the secrets and ready.json. */
  readonly data: string;
  /** A folder with the bundle of each function, made before; without it they are made in the data folder. */
  readonly bundles?: string | undefined;
  /** A real upstream in place of the simulator. */
  readonly upstream: string | undefined;
  /** The platform's pair. Without it, the pair of an earlier run is used, or a new one. */
  readonly platform: KeyPair | undefined;
  /** Settings of the deployment that differ from their defaults. */
  readonly settings?: LocalSettings;
  /** How many instances of refund-query take the requests. */
  readonly instances: number;
  /** How long an invocation may take, in ms; as deployed by default. */
  readonly functionTimeoutMs?: number;
  /** Time between two sweeps of a shard, in ms; as deployed by default. */
  readonly sweepEveryMs?: number;
  /** Waits between the checks of a refund, such as `2s*5 10s`; as deployed by default. */
  readonly ladder?: string;
  /** Replaces the endpoints that a function gets, so that a proxy can stand in between. */
  readonly endpointsOf?: (name: FunctionName, endpoints: Endpoints) => Promise<Endpoints>;
  /** Leaves all telling to the schedule, as where the table's stream does not run. */
  readonly withoutStream?: boolean;
  /** Gets each event that the HTTP front gave to a function, and what the function answered. */
  readonly onApiAnswer?: (event: unknown, answer: unknown) => void;
  /** Lets webhooks lead to every port of 127.0.0.1; without it, to the run's own receiver only. */
  readonly loopbackWebhooks?: boolean;
  /** Port of the simulator; any that is free by default. */
  readonly simulatorPort?: number;
  /** Gets a line for a person about each stage of the start. */
  readonly onStage?: (line: string) => void;
  readonly onLogLine: (line: string) => void;
  /** Gets each record of the table's stream. */
  readonly onRecord?: (record: StreamRecord) => void;
  /** Gets a line for a person about each webhook that the receiver was sent. */
  readonly onDeliveryLine?: (line: string) => void;
};
