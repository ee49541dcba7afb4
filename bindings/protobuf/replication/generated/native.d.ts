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

            /** NativeMessage reconcile. */
            reconcile?: (waxwing.replication.Reconcile.$Properties|null);

            /** NativeMessage unavailable. */
            unavailable?: (waxwing.replication.Unavailable.$Properties|null);

            /** NativeMessage want. */
            want?: (waxwing.replication.WantIds.$Properties|null);

            /** NativeMessage bodies. */
            bodies?: (waxwing.replication.Bodies.$Properties|null);

            /** NativeMessage taken. */
            taken?: (waxwing.replication.Taken.$Properties|null);

            /** NativeMessage heads. */
            heads?: (waxwing.replication.Heads.$Properties|null);

            /** NativeMessage headsAnswer. */
            headsAnswer?: (waxwing.replication.Heads.$Properties|null);

            /** NativeMessage stateHeadRequest. */
            stateHeadRequest?: (waxwing.replication.StateHeadRequest.$Properties|null);

            /** NativeMessage stateHeads. */
            stateHeads?: (waxwing.replication.StateHeads.$Properties|null);

            /** NativeMessage body. */
            body?: ("summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull"|"reconcile"|"unavailable"|"want"|"bodies"|"taken"|"heads"|"headsAnswer"|"stateHeadRequest"|"stateHeads");

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

                /** NativeMessage reconcile */
                reconcile?: (waxwing.replication.Reconcile.$Properties|null);

                /** NativeMessage unavailable */
                unavailable?: (waxwing.replication.Unavailable.$Properties|null);

                /** NativeMessage want */
                want?: (waxwing.replication.WantIds.$Properties|null);

                /** NativeMessage bodies */
                bodies?: (waxwing.replication.Bodies.$Properties|null);

                /** NativeMessage taken */
                taken?: (waxwing.replication.Taken.$Properties|null);

                /** NativeMessage heads */
                heads?: (waxwing.replication.Heads.$Properties|null);

                /** NativeMessage headsAnswer */
                headsAnswer?: (waxwing.replication.Heads.$Properties|null);

                /** NativeMessage stateHeadRequest */
                stateHeadRequest?: (waxwing.replication.StateHeadRequest.$Properties|null);

                /** NativeMessage stateHeads */
                stateHeads?: (waxwing.replication.StateHeads.$Properties|null);

                /** NativeMessage body */
                body?: ("summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull"|"reconcile"|"unavailable"|"want"|"bodies"|"taken"|"heads"|"headsAnswer"|"stateHeadRequest"|"stateHeads");

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
              reconcile?: waxwing.replication.Reconcile.$Shape|null;
              unavailable?: waxwing.replication.Unavailable.$Shape|null;
              want?: waxwing.replication.WantIds.$Shape|null;
              bodies?: waxwing.replication.Bodies.$Shape|null;
              taken?: waxwing.replication.Taken.$Shape|null;
              heads?: waxwing.replication.Heads.$Shape|null;
              headsAnswer?: waxwing.replication.Heads.$Shape|null;
              stateHeadRequest?: waxwing.replication.StateHeadRequest.$Shape|null;
              stateHeads?: waxwing.replication.StateHeads.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "summary"; summary: waxwing.replication.Summary.$Shape; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "diff"; summary?: null; diff: waxwing.replication.Want.$Shape; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "fetch"; summary?: null; diff?: null; fetch: waxwing.replication.Want.$Shape; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "deliver"; summary?: null; diff?: null; fetch?: null; deliver: waxwing.replication.Deliver.$Shape; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "pull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull: waxwing.replication.Pull.$Shape; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "cursorPull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull: waxwing.replication.CursorPull.$Shape; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "reconcile"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile: waxwing.replication.Reconcile.$Shape; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "unavailable"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable: waxwing.replication.Unavailable.$Shape; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "want"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want: waxwing.replication.WantIds.$Shape; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "bodies"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies: waxwing.replication.Bodies.$Shape; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "taken"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken: waxwing.replication.Taken.$Shape; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "heads"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads: waxwing.replication.Heads.$Shape; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "headsAnswer"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer: waxwing.replication.Heads.$Shape; stateHeadRequest?: null; stateHeads?: null }|{ body?: "stateHeadRequest"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest: waxwing.replication.StateHeadRequest.$Shape; stateHeads?: null }|{ body?: "stateHeads"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads: waxwing.replication.StateHeads.$Shape })
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

            /** Summary forms. */
            forms: boolean;

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

                /** Summary forms */
                forms?: (boolean|null);

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

        /**
         * Properties of a Reconcile.
         * @deprecated Use waxwing.replication.Reconcile.$Properties instead.
         */
        interface IReconcile extends waxwing.replication.Reconcile.$Properties {
        }

        /** Represents a Reconcile. */
        class Reconcile {

            /**
             * Constructs a new Reconcile.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Reconcile.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reconcile open. */
            open?: (waxwing.replication.Open.$Properties|null);

            /** Reconcile more. */
            more?: (waxwing.replication.More.$Properties|null);

            /** Reconcile ranges. */
            ranges?: (Uint8Array|null);

            /** Reconcile page. */
            page?: (waxwing.replication.Page.$Properties|null);

            /** Reconcile found. */
            found?: (waxwing.replication.Found.$Properties|null);

            /** Reconcile equal. */
            equal?: (Uint8Array|null);

            /** Reconcile sketch. */
            sketch?: (waxwing.replication.Sketch.$Properties|null);

            /** Reconcile rangesAnswer. */
            rangesAnswer?: (waxwing.replication.RangesAnswer.$Properties|null);

            /** Reconcile ids. */
            ids?: (waxwing.replication.Ids.$Properties|null);

            /** Reconcile message. */
            message?: ("open"|"more"|"ranges"|"page"|"found"|"equal"|"sketch"|"rangesAnswer"|"ids");

            /**
             * Creates a new Reconcile instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Reconcile instance
             */
            static create(properties: waxwing.replication.Reconcile.$Shape): waxwing.replication.Reconcile & waxwing.replication.Reconcile.$Shape;
            static create(properties?: waxwing.replication.Reconcile.$Properties): waxwing.replication.Reconcile;

            /**
             * Encodes the specified Reconcile message. Does not implicitly {@link waxwing.replication.Reconcile.verify|verify} messages.
             * @param message Reconcile message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Reconcile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reconcile message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Reconcile & waxwing.replication.Reconcile.$Shape} Reconcile
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Reconcile & waxwing.replication.Reconcile.$Shape;
        }

        namespace Reconcile {

            /** Properties of a Reconcile. */
            interface $Properties {

                /** Reconcile open */
                open?: (waxwing.replication.Open.$Properties|null);

                /** Reconcile more */
                more?: (waxwing.replication.More.$Properties|null);

                /** Reconcile ranges */
                ranges?: (Uint8Array|null);

                /** Reconcile page */
                page?: (waxwing.replication.Page.$Properties|null);

                /** Reconcile found */
                found?: (waxwing.replication.Found.$Properties|null);

                /** Reconcile equal */
                equal?: (Uint8Array|null);

                /** Reconcile sketch */
                sketch?: (waxwing.replication.Sketch.$Properties|null);

                /** Reconcile rangesAnswer */
                rangesAnswer?: (waxwing.replication.RangesAnswer.$Properties|null);

                /** Reconcile ids */
                ids?: (waxwing.replication.Ids.$Properties|null);

                /** Reconcile message */
                message?: ("open"|"more"|"ranges"|"page"|"found"|"equal"|"sketch"|"rangesAnswer"|"ids");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Reconcile. */
            type $Shape = {
              open?: waxwing.replication.Open.$Shape|null;
              more?: waxwing.replication.More.$Shape|null;
              ranges?: Uint8Array|null;
              page?: waxwing.replication.Page.$Shape|null;
              found?: waxwing.replication.Found.$Shape|null;
              equal?: Uint8Array|null;
              sketch?: waxwing.replication.Sketch.$Shape|null;
              rangesAnswer?: waxwing.replication.RangesAnswer.$Shape|null;
              ids?: waxwing.replication.Ids.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "open"; open: waxwing.replication.Open.$Shape; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "more"; open?: null; more: waxwing.replication.More.$Shape; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "ranges"; open?: null; more?: null; ranges: Uint8Array; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "page"; open?: null; more?: null; ranges?: null; page: waxwing.replication.Page.$Shape; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "found"; open?: null; more?: null; ranges?: null; page?: null; found: waxwing.replication.Found.$Shape; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "equal"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal: Uint8Array; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "sketch"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch: waxwing.replication.Sketch.$Shape; rangesAnswer?: null; ids?: null }|{ message?: "rangesAnswer"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer: waxwing.replication.RangesAnswer.$Shape; ids?: null }|{ message?: "ids"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids: waxwing.replication.Ids.$Shape })
            );
        }

        /**
         * Properties of an Open.
         * @deprecated Use waxwing.replication.Open.$Properties instead.
         */
        interface IOpen extends waxwing.replication.Open.$Properties {
        }

        /** Represents an Open. */
        class Open {

            /**
             * Constructs a new Open.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Open.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Open head. */
            head: Uint8Array;

            /** Open count. */
            count: number;

            /**
             * Creates a new Open instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Open instance
             */
            static create(properties: waxwing.replication.Open.$Shape): waxwing.replication.Open & waxwing.replication.Open.$Shape;
            static create(properties?: waxwing.replication.Open.$Properties): waxwing.replication.Open;

            /**
             * Encodes the specified Open message. Does not implicitly {@link waxwing.replication.Open.verify|verify} messages.
             * @param message Open message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Open.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Open message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Open & waxwing.replication.Open.$Shape} Open
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Open & waxwing.replication.Open.$Shape;
        }

        namespace Open {

            /** Properties of an Open. */
            interface $Properties {

                /** Open head */
                head?: (Uint8Array|null);

                /** Open count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Open. */
            type $Shape = waxwing.replication.Open.$Properties;
        }

        /**
         * Properties of a More.
         * @deprecated Use waxwing.replication.More.$Properties instead.
         */
        interface IMore extends waxwing.replication.More.$Properties {
        }

        /** Represents a More. */
        class More {

            /**
             * Constructs a new More.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.More.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** More head. */
            head: Uint8Array;

            /** More from. */
            from: number;

            /** More to. */
            to: number;

            /**
             * Creates a new More instance using the specified properties.
             * @param [properties] Properties to set
             * @returns More instance
             */
            static create(properties: waxwing.replication.More.$Shape): waxwing.replication.More & waxwing.replication.More.$Shape;
            static create(properties?: waxwing.replication.More.$Properties): waxwing.replication.More;

            /**
             * Encodes the specified More message. Does not implicitly {@link waxwing.replication.More.verify|verify} messages.
             * @param message More message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.More.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a More message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.More & waxwing.replication.More.$Shape} More
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.More & waxwing.replication.More.$Shape;
        }

        namespace More {

            /** Properties of a More. */
            interface $Properties {

                /** More head */
                head?: (Uint8Array|null);

                /** More from */
                from?: (number|null);

                /** More to */
                to?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a More. */
            type $Shape = waxwing.replication.More.$Properties;
        }

        /**
         * Properties of a Page.
         * @deprecated Use waxwing.replication.Page.$Properties instead.
         */
        interface IPage extends waxwing.replication.Page.$Properties {
        }

        /** Represents a Page. */
        class Page {

            /**
             * Constructs a new Page.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Page.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Page after. */
            after?: (Uint8Array|null);

            /**
             * Creates a new Page instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Page instance
             */
            static create(properties: waxwing.replication.Page.$Shape): waxwing.replication.Page & waxwing.replication.Page.$Shape;
            static create(properties?: waxwing.replication.Page.$Properties): waxwing.replication.Page;

            /**
             * Encodes the specified Page message. Does not implicitly {@link waxwing.replication.Page.verify|verify} messages.
             * @param message Page message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Page.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Page message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Page & waxwing.replication.Page.$Shape} Page
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Page & waxwing.replication.Page.$Shape;
        }

        namespace Page {

            /** Properties of a Page. */
            interface $Properties {

                /** Page after */
                after?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Page. */
            type $Shape = waxwing.replication.Page.$Properties;
        }

        /**
         * Properties of a Found.
         * @deprecated Use waxwing.replication.Found.$Properties instead.
         */
        interface IFound extends waxwing.replication.Found.$Properties {
        }

        /** Represents a Found. */
        class Found {

            /**
             * Constructs a new Found.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Found.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Found missing. */
            missing: Uint8Array;

            /** Found extra. */
            extra: Uint8Array;

            /**
             * Creates a new Found instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Found instance
             */
            static create(properties: waxwing.replication.Found.$Shape): waxwing.replication.Found & waxwing.replication.Found.$Shape;
            static create(properties?: waxwing.replication.Found.$Properties): waxwing.replication.Found;

            /**
             * Encodes the specified Found message. Does not implicitly {@link waxwing.replication.Found.verify|verify} messages.
             * @param message Found message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Found.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Found message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Found & waxwing.replication.Found.$Shape} Found
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Found & waxwing.replication.Found.$Shape;
        }

        namespace Found {

            /** Properties of a Found. */
            interface $Properties {

                /** Found missing */
                missing?: (Uint8Array|null);

                /** Found extra */
                extra?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Found. */
            type $Shape = waxwing.replication.Found.$Properties;
        }

        /**
         * Properties of a Sketch.
         * @deprecated Use waxwing.replication.Sketch.$Properties instead.
         */
        interface ISketch extends waxwing.replication.Sketch.$Properties {
        }

        /** Represents a Sketch. */
        class Sketch {

            /**
             * Constructs a new Sketch.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Sketch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sketch head. */
            head: Uint8Array;

            /** Sketch count. */
            count: number;

            /** Sketch from. */
            from: number;

            /** Sketch symbols. */
            symbols: Uint8Array;

            /**
             * Creates a new Sketch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Sketch instance
             */
            static create(properties: waxwing.replication.Sketch.$Shape): waxwing.replication.Sketch & waxwing.replication.Sketch.$Shape;
            static create(properties?: waxwing.replication.Sketch.$Properties): waxwing.replication.Sketch;

            /**
             * Encodes the specified Sketch message. Does not implicitly {@link waxwing.replication.Sketch.verify|verify} messages.
             * @param message Sketch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Sketch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sketch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Sketch & waxwing.replication.Sketch.$Shape} Sketch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Sketch & waxwing.replication.Sketch.$Shape;
        }

        namespace Sketch {

            /** Properties of a Sketch. */
            interface $Properties {

                /** Sketch head */
                head?: (Uint8Array|null);

                /** Sketch count */
                count?: (number|null);

                /** Sketch from */
                from?: (number|null);

                /** Sketch symbols */
                symbols?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sketch. */
            type $Shape = waxwing.replication.Sketch.$Properties;
        }

        /**
         * Properties of a RangesAnswer.
         * @deprecated Use waxwing.replication.RangesAnswer.$Properties instead.
         */
        interface IRangesAnswer extends waxwing.replication.RangesAnswer.$Properties {
        }

        /** Represents a RangesAnswer. */
        class RangesAnswer {

            /**
             * Constructs a new RangesAnswer.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.RangesAnswer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RangesAnswer head. */
            head: Uint8Array;

            /** RangesAnswer message. */
            message: Uint8Array;

            /**
             * Creates a new RangesAnswer instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RangesAnswer instance
             */
            static create(properties: waxwing.replication.RangesAnswer.$Shape): waxwing.replication.RangesAnswer & waxwing.replication.RangesAnswer.$Shape;
            static create(properties?: waxwing.replication.RangesAnswer.$Properties): waxwing.replication.RangesAnswer;

            /**
             * Encodes the specified RangesAnswer message. Does not implicitly {@link waxwing.replication.RangesAnswer.verify|verify} messages.
             * @param message RangesAnswer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.RangesAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RangesAnswer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.RangesAnswer & waxwing.replication.RangesAnswer.$Shape} RangesAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.RangesAnswer & waxwing.replication.RangesAnswer.$Shape;
        }

        namespace RangesAnswer {

            /** Properties of a RangesAnswer. */
            interface $Properties {

                /** RangesAnswer head */
                head?: (Uint8Array|null);

                /** RangesAnswer message */
                message?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RangesAnswer. */
            type $Shape = waxwing.replication.RangesAnswer.$Properties;
        }

        /**
         * Properties of an Ids.
         * @deprecated Use waxwing.replication.Ids.$Properties instead.
         */
        interface IIds extends waxwing.replication.Ids.$Properties {
        }

        /** Represents an Ids. */
        class Ids {

            /**
             * Constructs a new Ids.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Ids.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ids head. */
            head: Uint8Array;

            /** Ids ids. */
            ids: Uint8Array;

            /** Ids last. */
            last: boolean;

            /**
             * Creates a new Ids instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Ids instance
             */
            static create(properties: waxwing.replication.Ids.$Shape): waxwing.replication.Ids & waxwing.replication.Ids.$Shape;
            static create(properties?: waxwing.replication.Ids.$Properties): waxwing.replication.Ids;

            /**
             * Encodes the specified Ids message. Does not implicitly {@link waxwing.replication.Ids.verify|verify} messages.
             * @param message Ids message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Ids.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Ids message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Ids & waxwing.replication.Ids.$Shape} Ids
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Ids & waxwing.replication.Ids.$Shape;
        }

        namespace Ids {

            /** Properties of an Ids. */
            interface $Properties {

                /** Ids head */
                head?: (Uint8Array|null);

                /** Ids ids */
                ids?: (Uint8Array|null);

                /** Ids last */
                last?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Ids. */
            type $Shape = waxwing.replication.Ids.$Properties;
        }

        /**
         * Properties of an Unavailable.
         * @deprecated Use waxwing.replication.Unavailable.$Properties instead.
         */
        interface IUnavailable extends waxwing.replication.Unavailable.$Properties {
        }

        /** Represents an Unavailable. */
        class Unavailable {

            /**
             * Constructs a new Unavailable.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Unavailable.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new Unavailable instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Unavailable instance
             */
            static create(properties: waxwing.replication.Unavailable.$Shape): waxwing.replication.Unavailable & waxwing.replication.Unavailable.$Shape;
            static create(properties?: waxwing.replication.Unavailable.$Properties): waxwing.replication.Unavailable;

            /**
             * Encodes the specified Unavailable message. Does not implicitly {@link waxwing.replication.Unavailable.verify|verify} messages.
             * @param message Unavailable message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Unavailable.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Unavailable message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Unavailable & waxwing.replication.Unavailable.$Shape} Unavailable
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Unavailable & waxwing.replication.Unavailable.$Shape;
        }

        namespace Unavailable {

            /** Properties of an Unavailable. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Unavailable. */
            type $Shape = waxwing.replication.Unavailable.$Properties;
        }

        /**
         * Properties of a WantIds.
         * @deprecated Use waxwing.replication.WantIds.$Properties instead.
         */
        interface IWantIds extends waxwing.replication.WantIds.$Properties {
        }

        /** Represents a WantIds. */
        class WantIds {

            /**
             * Constructs a new WantIds.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.WantIds.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WantIds ids. */
            ids: Uint8Array;

            /**
             * Creates a new WantIds instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WantIds instance
             */
            static create(properties: waxwing.replication.WantIds.$Shape): waxwing.replication.WantIds & waxwing.replication.WantIds.$Shape;
            static create(properties?: waxwing.replication.WantIds.$Properties): waxwing.replication.WantIds;

            /**
             * Encodes the specified WantIds message. Does not implicitly {@link waxwing.replication.WantIds.verify|verify} messages.
             * @param message WantIds message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.WantIds.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WantIds message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.WantIds & waxwing.replication.WantIds.$Shape} WantIds
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.WantIds & waxwing.replication.WantIds.$Shape;
        }

        namespace WantIds {

            /** Properties of a WantIds. */
            interface $Properties {

                /** WantIds ids */
                ids?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WantIds. */
            type $Shape = waxwing.replication.WantIds.$Properties;
        }

        /**
         * Properties of a Bodies.
         * @deprecated Use waxwing.replication.Bodies.$Properties instead.
         */
        interface IBodies extends waxwing.replication.Bodies.$Properties {
        }

        /** Represents a Bodies. */
        class Bodies {

            /**
             * Constructs a new Bodies.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Bodies.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Bodies lengths. */
            lengths: Uint8Array;

            /** Bodies records. */
            records: Uint8Array;

            /** Bodies left. */
            left: number;

            /**
             * Creates a new Bodies instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Bodies instance
             */
            static create(properties: waxwing.replication.Bodies.$Shape): waxwing.replication.Bodies & waxwing.replication.Bodies.$Shape;
            static create(properties?: waxwing.replication.Bodies.$Properties): waxwing.replication.Bodies;

            /**
             * Encodes the specified Bodies message. Does not implicitly {@link waxwing.replication.Bodies.verify|verify} messages.
             * @param message Bodies message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Bodies.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Bodies message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Bodies & waxwing.replication.Bodies.$Shape} Bodies
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Bodies & waxwing.replication.Bodies.$Shape;
        }

        namespace Bodies {

            /** Properties of a Bodies. */
            interface $Properties {

                /** Bodies lengths */
                lengths?: (Uint8Array|null);

                /** Bodies records */
                records?: (Uint8Array|null);

                /** Bodies left */
                left?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Bodies. */
            type $Shape = waxwing.replication.Bodies.$Properties;
        }

        /**
         * Properties of a Taken.
         * @deprecated Use waxwing.replication.Taken.$Properties instead.
         */
        interface ITaken extends waxwing.replication.Taken.$Properties {
        }

        /** Represents a Taken. */
        class Taken {

            /**
             * Constructs a new Taken.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Taken.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Taken frames. */
            frames: number;

            /**
             * Creates a new Taken instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Taken instance
             */
            static create(properties: waxwing.replication.Taken.$Shape): waxwing.replication.Taken & waxwing.replication.Taken.$Shape;
            static create(properties?: waxwing.replication.Taken.$Properties): waxwing.replication.Taken;

            /**
             * Encodes the specified Taken message. Does not implicitly {@link waxwing.replication.Taken.verify|verify} messages.
             * @param message Taken message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Taken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Taken message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Taken & waxwing.replication.Taken.$Shape} Taken
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Taken & waxwing.replication.Taken.$Shape;
        }

        namespace Taken {

            /** Properties of a Taken. */
            interface $Properties {

                /** Taken frames */
                frames?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Taken. */
            type $Shape = waxwing.replication.Taken.$Properties;
        }

        /**
         * Properties of a Heads.
         * @deprecated Use waxwing.replication.Heads.$Properties instead.
         */
        interface IHeads extends waxwing.replication.Heads.$Properties {
        }

        /** Represents a Heads. */
        class Heads {

            /**
             * Constructs a new Heads.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.Heads.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Heads entries. */
            entries: Uint8Array;

            /**
             * Creates a new Heads instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Heads instance
             */
            static create(properties: waxwing.replication.Heads.$Shape): waxwing.replication.Heads & waxwing.replication.Heads.$Shape;
            static create(properties?: waxwing.replication.Heads.$Properties): waxwing.replication.Heads;

            /**
             * Encodes the specified Heads message. Does not implicitly {@link waxwing.replication.Heads.verify|verify} messages.
             * @param message Heads message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.Heads.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Heads message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.Heads & waxwing.replication.Heads.$Shape} Heads
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.Heads & waxwing.replication.Heads.$Shape;
        }

        namespace Heads {

            /** Properties of a Heads. */
            interface $Properties {

                /** Heads entries */
                entries?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Heads. */
            type $Shape = waxwing.replication.Heads.$Properties;
        }

        /**
         * Properties of a StateHeadRequest.
         * @deprecated Use waxwing.replication.StateHeadRequest.$Properties instead.
         */
        interface IStateHeadRequest extends waxwing.replication.StateHeadRequest.$Properties {
        }

        /** Represents a StateHeadRequest. */
        class StateHeadRequest {

            /**
             * Constructs a new StateHeadRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.StateHeadRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StateHeadRequest kinds. */
            kinds: Uint8Array;

            /**
             * Creates a new StateHeadRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StateHeadRequest instance
             */
            static create(properties: waxwing.replication.StateHeadRequest.$Shape): waxwing.replication.StateHeadRequest & waxwing.replication.StateHeadRequest.$Shape;
            static create(properties?: waxwing.replication.StateHeadRequest.$Properties): waxwing.replication.StateHeadRequest;

            /**
             * Encodes the specified StateHeadRequest message. Does not implicitly {@link waxwing.replication.StateHeadRequest.verify|verify} messages.
             * @param message StateHeadRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.StateHeadRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StateHeadRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.StateHeadRequest & waxwing.replication.StateHeadRequest.$Shape} StateHeadRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.StateHeadRequest & waxwing.replication.StateHeadRequest.$Shape;
        }

        namespace StateHeadRequest {

            /** Properties of a StateHeadRequest. */
            interface $Properties {

                /** StateHeadRequest kinds */
                kinds?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StateHeadRequest. */
            type $Shape = waxwing.replication.StateHeadRequest.$Properties;
        }

        /**
         * Properties of a StateHeads.
         * @deprecated Use waxwing.replication.StateHeads.$Properties instead.
         */
        interface IStateHeads extends waxwing.replication.StateHeads.$Properties {
        }

        /** Represents a StateHeads. */
        class StateHeads {

            /**
             * Constructs a new StateHeads.
             * @param [properties] Properties to set
             */
            constructor(properties?: waxwing.replication.StateHeads.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StateHeads lengths. */
            lengths: Uint8Array;

            /** StateHeads statements. */
            statements: Uint8Array;

            /**
             * Creates a new StateHeads instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StateHeads instance
             */
            static create(properties: waxwing.replication.StateHeads.$Shape): waxwing.replication.StateHeads & waxwing.replication.StateHeads.$Shape;
            static create(properties?: waxwing.replication.StateHeads.$Properties): waxwing.replication.StateHeads;

            /**
             * Encodes the specified StateHeads message. Does not implicitly {@link waxwing.replication.StateHeads.verify|verify} messages.
             * @param message StateHeads message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: waxwing.replication.StateHeads.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StateHeads message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {waxwing.replication.StateHeads & waxwing.replication.StateHeads.$Shape} StateHeads
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): waxwing.replication.StateHeads & waxwing.replication.StateHeads.$Shape;
        }

        namespace StateHeads {

            /** Properties of a StateHeads. */
            interface $Properties {

                /** StateHeads lengths */
                lengths?: (Uint8Array|null);

                /** StateHeads statements */
                statements?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StateHeads. */
            type $Shape = waxwing.replication.StateHeads.$Properties;
        }
    }
}
