/** In place of @smithy/core/event-streams: DynamoDB and Secrets Manager have no streamed operation. */
export class EventStreamSerde {
  constructor() {
    throw new Error("event streams are left out of the bundle");
  }
}

export const eventStreamSerdeProvider = undefined;
