export * from "./software-identity.js";
