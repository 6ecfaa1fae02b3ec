#include "textflag.h"

// What the three have in common: DI is where the scores (or what is added) are, CX
// how many of their lanes are left, SI where the weights are, moved on with DI; R8
// and R9 are where the places and the values of the features are, R10 how many, R11
// the one in hand, R12 its place, Y15 its value in every lane. Lanes are worked off
// in blocks that fit the registers, each over all features. Multiplication and
// addition are apart on purpose: fused they would round once, and to other bits
// than the plain code.

#define FEATURE \
	MOVL (R8)(R11*4), R12     \
	VBROADCASTSS (R9)(R11*4), Y15

#define MULTIPLY_ADD(offset, sum, t) \
	VMULPS offset(SI)(R12*4), Y15, t \
	VADDPS t, sum, sum

#define ADD_TO(offset, x, t) \
	VMULPS x, Y15, t                    \
	VADDPS offset(SI)(R12*4), t, t      \
	VMOVUPS t, offset(SI)(R12*4)

// func gatherAVX2(s *float32, lanes int, w *float32, at *uint32, v *float32, n int)
TEXT ·gatherAVX2(SB), NOSPLIT, $0-48
	MOVQ s+0(FP), DI
	MOVQ lanes+8(FP), CX
	MOVQ w+16(FP), SI
	MOVQ at+24(FP), R8
	MOVQ v+32(FP), R9
	MOVQ n+40(FP), R10

gather64lanes:
	CMPQ CX, $64
	JLT  gather16lanes
	VMOVUPS 0(DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS 64(DI), Y2
	VMOVUPS 96(DI), Y3
	VMOVUPS 128(DI), Y4
	VMOVUPS 160(DI), Y5
	VMOVUPS 192(DI), Y6
	VMOVUPS 224(DI), Y7
	XORQ R11, R11

gather64next:
	FEATURE
	MULTIPLY_ADD(0, Y0, Y8)
	MULTIPLY_ADD(32, Y1, Y9)
	MULTIPLY_ADD(64, Y2, Y10)
	MULTIPLY_ADD(96, Y3, Y11)
	MULTIPLY_ADD(128, Y4, Y8)
	MULTIPLY_ADD(160, Y5, Y9)
	MULTIPLY_ADD(192, Y6, Y10)
	MULTIPLY_ADD(224, Y7, Y11)
	INCQ R11
	CMPQ R11, R10
	JLT  gather64next
	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	VMOVUPS Y4, 128(DI)
	VMOVUPS Y5, 160(DI)
	VMOVUPS Y6, 192(DI)
	VMOVUPS Y7, 224(DI)
	ADDQ $256, DI
	ADDQ $256, SI
	SUBQ $64, CX
	JMP  gather64lanes

gather16lanes:
	CMPQ CX, $16
	JLT  gather8lanes
	VMOVUPS 0(DI), Y0
	VMOVUPS 32(DI), Y1
	XORQ R11, R11

gather16next:
	FEATURE
	MULTIPLY_ADD(0, Y0, Y8)
	MULTIPLY_ADD(32, Y1, Y9)
	INCQ R11
	CMPQ R11, R10
	JLT  gather16next
	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	ADDQ $64, DI
	ADDQ $64, SI
	SUBQ $16, CX
	JMP  gather16lanes

gather8lanes:
	CMPQ CX, $8
	JLT  gatherdone
	VMOVUPS 0(DI), Y0
	XORQ R11, R11

gather8next:
	FEATURE
	MULTIPLY_ADD(0, Y0, Y8)
	INCQ R11
	CMPQ R11, R10
	JLT  gather8next
	VMOVUPS Y0, 0(DI)

gatherdone:
	VZEROUPPER
	RET

// func scatterAVX2(d *float32, lanes int, w *float32, at *uint32, v *float32, n int)
TEXT ·scatterAVX2(SB), NOSPLIT, $0-48
	MOVQ d+0(FP), DI
	MOVQ lanes+8(FP), CX
	MOVQ w+16(FP), SI
	MOVQ at+24(FP), R8
	MOVQ v+32(FP), R9
	MOVQ n+40(FP), R10

scatter64lanes:
	CMPQ CX, $64
	JLT  scatter16lanes
	VMOVUPS 0(DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS 64(DI), Y2
	VMOVUPS 96(DI), Y3
	VMOVUPS 128(DI), Y4
	VMOVUPS 160(DI), Y5
	VMOVUPS 192(DI), Y6
	VMOVUPS 224(DI), Y7
	XORQ R11, R11

scatter64next:
	FEATURE
	ADD_TO(0, Y0, Y8)
	ADD_TO(32, Y1, Y9)
	ADD_TO(64, Y2, Y10)
	ADD_TO(96, Y3, Y11)
	ADD_TO(128, Y4, Y8)
	ADD_TO(160, Y5, Y9)
	ADD_TO(192, Y6, Y10)
	ADD_TO(224, Y7, Y11)
	INCQ R11
	CMPQ R11, R10
	JLT  scatter64next
	ADDQ $256, DI
	ADDQ $256, SI
	SUBQ $64, CX
	JMP  scatter64lanes

scatter16lanes:
	CMPQ CX, $16
	JLT  scatter8lanes
	VMOVUPS 0(DI), Y0
	VMOVUPS 32(DI), Y1
	XORQ R11, R11

scatter16next:
	FEATURE
	ADD_TO(0, Y0, Y8)
	ADD_TO(32, Y1, Y9)
	INCQ R11
	CMPQ R11, R10
	JLT  scatter16next
	ADDQ $64, DI
	ADDQ $64, SI
	SUBQ $16, CX
	JMP  scatter16lanes

scatter8lanes:
	CMPQ CX, $8
	JLT  scatterdone
	VMOVUPS 0(DI), Y0
	XORQ R11, R11

scatter8next:
	FEATURE
	ADD_TO(0, Y0, Y8)
	INCQ R11
	CMPQ R11, R10
	JLT  scatter8next

scatterdone:
	VZEROUPPER
	RET

#define FEATURE_DOUBLE \
	MOVL (R8)(R11*4), R12           \
	VBROADCASTSS (R9)(R11*4), X15   \
	VCVTPS2PD X15, Y15

#define MULTIPLY_ADD_DOUBLE(offset, sum, t) \
	VCVTPS2PD offset(SI)(R12*4), t \
	VMULPD t, Y15, t               \
	VADDPD t, sum, sum

// func gather64AVX2(s *float64, lanes int, w *float32, at *uint32, v *float32, n int)
TEXT ·gather64AVX2(SB), NOSPLIT, $0-48
	MOVQ s+0(FP), DI
	MOVQ lanes+8(FP), CX
	MOVQ w+16(FP), SI
	MOVQ at+24(FP), R8
	MOVQ v+32(FP), R9
	MOVQ n+40(FP), R10

double32lanes:
	CMPQ CX, $32
	JLT  double8lanes
	VMOVUPD 0(DI), Y0
	VMOVUPD 32(DI), Y1
	VMOVUPD 64(DI), Y2
	VMOVUPD 96(DI), Y3
	VMOVUPD 128(DI), Y4
	VMOVUPD 160(DI), Y5
	VMOVUPD 192(DI), Y6
	VMOVUPD 224(DI), Y7
	XORQ R11, R11

double32next:
	FEATURE_DOUBLE
	MULTIPLY_ADD_DOUBLE(0, Y0, Y8)
	MULTIPLY_ADD_DOUBLE(16, Y1, Y9)
	MULTIPLY_ADD_DOUBLE(32, Y2, Y10)
	MULTIPLY_ADD_DOUBLE(48, Y3, Y11)
	MULTIPLY_ADD_DOUBLE(64, Y4, Y8)
	MULTIPLY_ADD_DOUBLE(80, Y5, Y9)
	MULTIPLY_ADD_DOUBLE(96, Y6, Y10)
	MULTIPLY_ADD_DOUBLE(112, Y7, Y11)
	INCQ R11
	CMPQ R11, R10
	JLT  double32next
	VMOVUPD Y0, 0(DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	VMOVUPD Y4, 128(DI)
	VMOVUPD Y5, 160(DI)
	VMOVUPD Y6, 192(DI)
	VMOVUPD Y7, 224(DI)
	ADDQ $256, DI
	ADDQ $128, SI
	SUBQ $32, CX
	JMP  double32lanes

double8lanes:
	CMPQ CX, $8
	JLT  doubledone
	VMOVUPD 0(DI), Y0
	VMOVUPD 32(DI), Y1
	XORQ R11, R11

double8next:
	FEATURE_DOUBLE
	MULTIPLY_ADD_DOUBLE(0, Y0, Y8)
	MULTIPLY_ADD_DOUBLE(16, Y1, Y9)
	INCQ R11
	CMPQ R11, R10
	JLT  double8next
	VMOVUPD Y0, 0(DI)
	VMOVUPD Y1, 32(DI)
	ADDQ $64, DI
	ADDQ $32, SI
	SUBQ $8, CX
	JMP  double8lanes

doubledone:
	VZEROUPPER
	RET
