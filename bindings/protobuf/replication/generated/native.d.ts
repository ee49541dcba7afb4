import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace waxwing. */
export namespace waxwing {

    /** Namespace replication. */
    namespace replication {

        /**
         * Properties of a NativeMessage.
         * @deprecated Use waxwing.replication.NativeMessage.$Properties instead.
         */
        interface INativeMessage extends waxwing.replication.NativeMessage.$Properties {
        }

        /** Represents a NativeMessage. */
        class NativeMessage {

            /**
             * Constructs a new NativeMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.NativeMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NativeMessage kind. */
            kind: string;

            /** NativeMessage summary. */
            summary?: (waxwing.replication.Summary.$Properties|null);

            /** NativeMessage diff. */
            diff?: (waxwing.replication.Want.$Properties|null);

            /** NativeMessage fetch. */
            fetch?: (waxwing.replication.Want.$Properties|null);

            /** NativeMessage deliver. */
            deliver?: (waxwing.replication.Deliver.$Properties|null);

            /** NativeMessage pull. */
            pull?: (waxwing.replication.Pull.$Properties|null);

            /** NativeMessage cursorPull. */
            cursorPull?: (waxwing.replication.CursorPull.$Properties|null);

            /** NativeMessage body. */
            body?: ("summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull");

            /**
             * Creates a new NativeMessage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NativeMessage instance
             */
            static create(properties: waxwing.replication.NativeMessage.$Shape): waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape;
            static create(properties?: waxwing.replication.NativeMessage.$Properties): waxwing.replication.NativeMessage;

            /**
             * Encodes the specified NativeMessage message. Does not implicitly {@link waxwing.replication.NativeMessage.verify|verify} messages.
             * @param message NativeMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.NativeMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NativeMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape} NativeMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape;
        }

        namespace NativeMessage {

            /** Properties of a NativeMessage. */
            interface $Properties {

                /** NativeMessage kind */
                kind?: (string|null);

                /** NativeMessage summary */
                summary?: (waxwing.replication.Summary.$Properties|null);

                /** NativeMessage diff */
                diff?: (waxwing.replication.Want.$Properties|null);

                /** NativeMessage fetch */
                fetch?: (waxwing.replication.Want.$Properties|null);

                /** NativeMessage deliver */
                deliver?: (waxwing.replication.Deliver.$Properties|null);

                /** NativeMessage pull */
                pull?: (waxwing.replication.Pull.$Properties|null);

                /** NativeMessage cursorPull */
                cursorPull?: (waxwing.replication.CursorPull.$Properties|null);

                /** NativeMessage body */
                body?: ("summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a NativeMessage. */
            type $Shape = {
              kind?: string|null;
              summary?: waxwing.replication.Summary.$Shape|null;
              diff?: waxwing.replication.Want.$Shape|null;
              fetch?: waxwing.replication.Want.$Shape|null;
              deliver?: waxwing.replication.Deliver.$Shape|null;
              pull?: waxwing.replication.Pull.$Shape|null;
              cursorPull?: waxwing.replication.CursorPull.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "summary"; summary: waxwing.replication.Summary.$Shape; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "diff"; summary?: null; diff: waxwing.replication.Want.$Shape; fetch?: null; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "fetch"; summary?: null; diff?: null; fetch: waxwing.replication.Want.$Shape; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "deliver"; summary?: null; diff?: null; fetch?: null; deliver: waxwing.replication.Deliver.$Shape; pull?: null; cursorPull?: null }|{ body?: "pull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull: waxwing.replication.Pull.$Shape; cursorPull?: null }|{ body?: "cursorPull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull: waxwing.replication.CursorPull.$Shape })
            );
        }

        /**
         * Properties of a Summary.
         * @deprecated Use waxwing.replication.Summary.$Properties instead.
         */
        interface ISummary extends waxwing.replication.Summary.$Properties {
        }

        /** Represents a Summary. */
        class Summary {

            /**
             * Constructs a new Summary.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Summary.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Summary refs. */
            refs: Uint8Array;

            /**
             * Creates a new Summary instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Summary instance
             */
            static create(properties: waxwing.replication.Summary.$Shape): waxwing.replication.Summary & waxwing.replication.Summary.$Shape;
            static create(properties?: waxwing.replication.Summary.$Properties): waxwing.replication.Summary;

            /**
             * Encodes the specified Summary message. Does not implicitly {@link waxwing.replication.Summary.verify|verify} messages.
             * @param message Summary message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Summary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Summary message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Summary & waxwing.replication.Summary.$Shape} Summary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Summary & waxwing.replication.Summary.$Shape;
        }

        namespace Summary {

            /** Properties of a Summary. */
            interface $Properties {

                /** Summary refs */
                refs?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Summary. */
            type $Shape = waxwing.replication.Summary.$Properties;
        }

        /**
         * Properties of a Want.
         * @deprecated Use waxwing.replication.Want.$Properties instead.
         */
        interface IWant extends waxwing.replication.Want.$Properties {
        }

        /** Represents a Want. */
        class Want {

            /**
             * Constructs a new Want.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Want.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Want hashes. */
            hashes: Uint8Array;

            /**
             * Creates a new Want instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Want instance
             */
            static create(properties: waxwing.replication.Want.$Shape): waxwing.replication.Want & waxwing.replication.Want.$Shape;
            static create(properties?: waxwing.replication.Want.$Properties): waxwing.replication.Want;

            /**
             * Encodes the specified Want message. Does not implicitly {@link waxwing.replication.Want.verify|verify} messages.
             * @param message Want message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Want.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Want message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Want & waxwing.replication.Want.$Shape} Want
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Want & waxwing.replication.Want.$Shape;
        }

        namespace Want {

            /** Properties of a Want. */
            interface $Properties {

                /** Want hashes */
                hashes?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Want. */
            type $Shape = waxwing.replication.Want.$Properties;
        }

        /**
         * Properties of a Deliver.
         * @deprecated Use waxwing.replication.Deliver.$Properties instead.
         */
        interface IDeliver extends waxwing.replication.Deliver.$Properties {
        }

        /** Represents a Deliver. */
        class Deliver {

            /**
             * Constructs a new Deliver.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Deliver.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Deliver lengths. */
            lengths: Uint8Array;

            /** Deliver records. */
            records: Uint8Array;

            /**
             * Creates a new Deliver instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Deliver instance
             */
            static create(properties: waxwing.replication.Deliver.$Shape): waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape;
            static create(properties?: waxwing.replication.Deliver.$Properties): waxwing.replication.Deliver;

            /**
             * Encodes the specified Deliver message. Does not implicitly {@link waxwing.replication.Deliver.verify|verify} messages.
             * @param message Deliver message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Deliver.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Deliver message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape} Deliver
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape;
        }

        namespace Deliver {

            /** Properties of a Deliver. */
            interface $Properties {

                /** Deliver lengths */
                lengths?: (Uint8Array|null);

                /** Deliver records */
                records?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Deliver. */
            type $Shape = waxwing.replication.Deliver.$Properties;
        }

        /**
         * Properties of a Pull.
         * @deprecated Use waxwing.replication.Pull.$Properties instead.
         */
        interface IPull extends waxwing.replication.Pull.$Properties {
        }

        /** Represents a Pull. */
        class Pull {

            /**
             * Constructs a new Pull.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Pull.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Pull subjectKeyId. */
            subjectKeyId: string;

            /**
             * Creates a new Pull instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Pull instance
             */
            static create(properties: waxwing.replication.Pull.$Shape): waxwing.replication.Pull & waxwing.replication.Pull.$Shape;
            static create(properties?: waxwing.replication.Pull.$Properties): waxwing.replication.Pull;

            /**
             * Encodes the specified Pull message. Does not implicitly {@link waxwing.replication.Pull.verify|verify} messages.
             * @param message Pull message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Pull.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pull message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Pull & waxwing.replication.Pull.$Shape} Pull
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Pull & waxwing.replication.Pull.$Shape;
        }

        namespace Pull {

            /** Properties of a Pull. */
            interface $Properties {

                /** Pull subjectKeyId */
                subjectKeyId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Pull. */
            type $Shape = waxwing.replication.Pull.$Properties;
        }

        /**
         * Properties of a CursorPull.
         * @deprecated Use waxwing.replication.CursorPull.$Properties instead.
         */
        interface ICursorPull extends waxwing.replication.CursorPull.$Properties {
        }

        /** Represents a CursorPull. */
        class CursorPull {

            /**
             * Constructs a new CursorPull.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.CursorPull.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CursorPull since. */
            since?: (string|null);

            /**
             * Creates a new CursorPull instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CursorPull instance
             */
            static create(properties: waxwing.replication.CursorPull.$Shape): waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape;
            static create(properties?: waxwing.replication.CursorPull.$Properties): waxwing.replication.CursorPull;

            /**
             * Encodes the specified CursorPull message. Does not implicitly {@link waxwing.replication.CursorPull.verify|verify} messages.
             * @param message CursorPull message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.CursorPull.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CursorPull message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape} CursorPull
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape;
        }

        namespace CursorPull {

            /** Properties of a CursorPull. */
            interface $Properties {

                /** CursorPull since */
                since?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CursorPull. */
            type $Shape = waxwing.replication.CursorPull.$Properties;
        }
    }
}
