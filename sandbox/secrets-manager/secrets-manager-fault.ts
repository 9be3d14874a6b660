/** The error names of the Secrets Manager API that this server gives. */
export type FaultName =
  | "ResourceNotFoundException"
  | "ResourceExistsException"
  | "InvalidRequestException"
  | "InvalidParameterException"
  | "InvalidNextTokenException"
  | "ValidationException"
  | "SerializationException"
  | "UnknownOperationException";

/** A request that the real service refuses with HTTP 400, with its name for the reason and its message. */
export class SecretsManagerFault extends Error {
  override readonly name: FaultName;

  constructor(name: FaultName, message: string) {
    super(message);
    this.name = name;
  }
}
