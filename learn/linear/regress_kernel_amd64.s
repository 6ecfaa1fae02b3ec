#include "textflag.h"

// The comments of regress_kernel.go say what is computed, and in which order. Products
// are rounded before they are added: there is no fused instruction here.

// func tileAVX2(sums *float64, columns int, a, b *float64, rows int)
//
// Four rows of eight sums, in registers while the rows of the panel go by.
TEXT ·tileAVX2(SB), NOSPLIT, $0-40
	MOVQ sums+0(FP), DI
	MOVQ columns+8(FP), SI
	MOVQ a+16(FP), R8
	MOVQ b+24(FP), R9
	MOVQ rows+32(FP), CX
	SHLQ $3, SI
	LEAQ (SI)(SI*2), DX
	VMOVUPD (DI), Y0
	VMOVUPD 32(DI), Y1
	VMOVUPD (DI)(SI*1), Y2
	VMOVUPD 32(DI)(SI*1), Y3
	VMOVUPD (DI)(SI*2), Y4
	VMOVUPD 32(DI)(SI*2), Y5
	VMOVUPD (DI)(DX*1), Y6
	VMOVUPD 32(DI)(DX*1), Y7

tileRow:
	VMOVUPD (R9), Y8
	VMOVUPD 32(R9), Y9
	VBROADCASTSD (R8), Y10
	VBROADCASTSD 8(R8), Y11
	VMULPD Y8, Y10, Y12
	VMULPD Y9, Y10, Y13
	VMULPD Y8, Y11, Y14
	VMULPD Y9, Y11, Y15
	VADDPD Y12, Y0, Y0
	VADDPD Y13, Y1, Y1
	VADDPD Y14, Y2, Y2
	VADDPD Y15, Y3, Y3
	VBROADCASTSD 16(R8), Y10
	VBROADCASTSD 24(R8), Y11
	VMULPD Y8, Y10, Y12
	VMULPD Y9, Y10, Y13
	VMULPD Y8, Y11, Y14
	VMULPD Y9, Y11, Y15
	VADDPD Y12, Y4, Y4
	VADDPD Y13, Y5, Y5
	VADDPD Y14, Y6, Y6
	VADDPD Y15, Y7, Y7
	ADDQ SI, R8
	ADDQ SI, R9
	DECQ CX
	JNZ  tileRow

	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, (DI)(SI*1)
	VMOVUPD Y3, 32(DI)(SI*1)
	VMOVUPD Y4, (DI)(SI*2)
	VMOVUPD Y5, 32(DI)(SI*2)
	VMOVUPD Y6, (DI)(DX*1)
	VMOVUPD Y7, 32(DI)(DX*1)
	VZEROUPPER
	RET

// ADDTO adds X, times Y8, to the four sums at OFF.
#define ADDTO(X, T, OFF) \
	VMULPD X, Y8, T        \
	VADDPD OFF(AX), T, T   \
	VMOVUPD T, OFF(AX)

// func spreadAVX2(sums *float64, columns int, x *float64, width int, at *uint32, v *float64, n int)
//
// width is 8, 16, 24 or 32: x stays in registers.
TEXT ·spreadAVX2(SB), NOSPLIT, $0-56
	MOVQ sums+0(FP), DI
	MOVQ columns+8(FP), SI
	MOVQ x+16(FP), R8
	MOVQ width+24(FP), BX
	MOVQ at+32(FP), R9
	MOVQ v+40(FP), R10
	MOVQ n+48(FP), CX
	SHLQ $3, SI
	VMOVUPD (R8), Y0
	VMOVUPD 32(R8), Y1
	CMPQ BX, $8
	JEQ  spread8
	VMOVUPD 64(R8), Y2
	VMOVUPD 96(R8), Y3
	CMPQ BX, $16
	JEQ  spread16
	VMOVUPD 128(R8), Y4
	VMOVUPD 160(R8), Y5
	CMPQ BX, $24
	JEQ  spread24
	VMOVUPD 192(R8), Y6
	VMOVUPD 224(R8), Y7

spread32:
	MOVL (R9), AX
	IMULQ SI, AX
	ADDQ DI, AX
	VBROADCASTSD (R10), Y8
	ADDTO(Y0, Y9, 0)
	ADDTO(Y1, Y10, 32)
	ADDTO(Y2, Y11, 64)
	ADDTO(Y3, Y12, 96)
	ADDTO(Y4, Y9, 128)
	ADDTO(Y5, Y10, 160)
	ADDTO(Y6, Y11, 192)
	ADDTO(Y7, Y12, 224)
	ADDQ $4, R9
	ADDQ $8, R10
	DECQ CX
	JNZ  spread32
	VZEROUPPER
	RET

spread24:
	MOVL (R9), AX
	IMULQ SI, AX
	ADDQ DI, AX
	VBROADCASTSD (R10), Y8
	ADDTO(Y0, Y9, 0)
	ADDTO(Y1, Y10, 32)
	ADDTO(Y2, Y11, 64)
	ADDTO(Y3, Y12, 96)
	ADDTO(Y4, Y9, 128)
	ADDTO(Y5, Y10, 160)
	ADDQ $4, R9
	ADDQ $8, R10
	DECQ CX
	JNZ  spread24
	VZEROUPPER
	RET

spread16:
	MOVL (R9), AX
	IMULQ SI, AX
	ADDQ DI, AX
	VBROADCASTSD (R10), Y8
	ADDTO(Y0, Y9, 0)
	ADDTO(Y1, Y10, 32)
	ADDTO(Y2, Y11, 64)
	ADDTO(Y3, Y12, 96)
	ADDQ $4, R9
	ADDQ $8, R10
	DECQ CX
	JNZ  spread16
	VZEROUPPER
	RET

spread8:
	MOVL (R9), AX
	IMULQ SI, AX
	ADDQ DI, AX
	VBROADCASTSD (R10), Y8
	ADDTO(Y0, Y9, 0)
	ADDTO(Y1, Y10, 32)
	ADDQ $4, R9
	ADDQ $8, R10
	DECQ CX
	JNZ  spread8
	VZEROUPPER
	RET

// func hatAVX2(cells *float64, binsB int, binA, binB *uint32, a, b *float64, rows int)
TEXT ·hatAVX2(SB), NOSPLIT, $0-56
	MOVQ cells+0(FP), DI
	MOVQ binsB+8(FP), BX
	MOVQ binA+16(FP), R8
	MOVQ binB+24(FP), R9
	MOVQ a+32(FP), R10
	MOVQ b+40(FP), R11
	MOVQ rows+48(FP), CX
	XORQ R12, R12

hatRow:
	MOVL (R8)(R12*4), AX
	IMULQ BX, AX
	MOVL (R9)(R12*4), DX
	ADDQ DX, AX
	VBROADCASTF128 (R10), Y0
	VPERMILPD $12, Y0, Y0     // a0 a0 a1 a1
	VBROADCASTF128 (R11), Y1
	VMULPD Y1, Y0, Y0
	VADDPD (DI)(AX*1), Y0, Y0
	VMOVUPD Y0, (DI)(AX*1)
	ADDQ $16, R10
	ADDQ $16, R11
	INCQ R12
	CMPQ R12, CX
	JNE  hatRow
	VZEROUPPER
	RET

// func hatsAVX2(cellsB, cellsC *float64, binsB, binsC int, binA, binB, binC *uint32, a, b, c *float64, rows int)
TEXT ·hatsAVX2(SB), NOSPLIT, $0-88
	MOVQ cellsB+0(FP), DI
	MOVQ cellsC+8(FP), SI
	MOVQ binsB+16(FP), BX
	MOVQ binsC+24(FP), R15
	MOVQ binA+32(FP), R8
	MOVQ binB+40(FP), R9
	MOVQ binC+48(FP), R10
	MOVQ a+56(FP), R11
	MOVQ b+64(FP), R12
	MOVQ c+72(FP), R13
	MOVQ rows+80(FP), CX
	SHLQ $1, CX               // twice the rows
	LEAQ (R8)(CX*2), R8       // ends of all
	LEAQ (R9)(CX*2), R9
	LEAQ (R10)(CX*2), R10
	LEAQ (R11)(CX*8), R11
	LEAQ (R12)(CX*8), R12
	LEAQ (R13)(CX*8), R13
	NEGQ CX

hatsRow:
	MOVL (R8)(CX*2), AX
	MOVL (R9)(CX*2), R14
	MOVQ AX, DX
	IMULQ BX, AX
	ADDQ R14, AX
	MOVL (R10)(CX*2), R14
	IMULQ R15, DX
	ADDQ R14, DX
	VBROADCASTF128 (R11)(CX*8), Y0
	VBROADCASTF128 (R12)(CX*8), Y1
	VBROADCASTF128 (R13)(CX*8), Y2
	VPERMILPD $12, Y0, Y0     // a0 a0 a1 a1
	VMULPD Y1, Y0, Y1
	VMULPD Y2, Y0, Y2
	VADDPD (DI)(AX*1), Y1, Y1
	VADDPD (SI)(DX*1), Y2, Y2
	VMOVUPD Y1, (DI)(AX*1)
	VMOVUPD Y2, (SI)(DX*1)
	ADDQ $2, CX
	JNE  hatsRow
	VZEROUPPER
	RET

// func prefetch(index *uint32, value, table *float32, sparse, dense int)
TEXT ·prefetch(SB), NOSPLIT, $0-40
	MOVQ index+0(FP), SI
	MOVQ value+8(FP), DI
	MOVQ table+16(FP), R8
	MOVQ sparse+24(FP), CX
	MOVQ dense+32(FP), DX

sparseLine:
	CMPQ CX, $0
	JLE  denseLine
	PREFETCHT0 (SI)
	PREFETCHT0 (DI)
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ $16, CX
	JMP  sparseLine

denseLine:
	CMPQ DX, $0
	JLE  fetched
	PREFETCHT0 (R8)
	ADDQ $64, R8
	SUBQ $16, DX
	JMP  denseLine

fetched:
	RET
