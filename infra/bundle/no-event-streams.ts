/** In place of @smithy/core/event-streams: neither DynamoDB nor Secrets Manager has a streamed operation. */
export class EventStreamSerde {
  constructor() {
    throw new Error("event streams are left out of the bundle");
  }
}

export const eventStreamSerdeProvider = undefined;
